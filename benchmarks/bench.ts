import { parseArgs } from "node:util";
import { print, printJson, say, styled } from "../sandbox/cli/output.ts";
import { runStages } from "../sandbox/cli/stages.ts";
import { messageOf } from "../sandbox/engine/failure.ts";
import type { Benchmark, Figure } from "./benchmark.ts";
import { broken, formatFigures } from "./report.ts";

const options = {
  json: { type: "boolean" },
  only: { type: "string", multiple: true },
  write: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

function help(benchmarks: readonly Benchmark[]): string {
  const names = benchmarks.map(({ name, description }) => `  ${name.padEnd(10)}${description}`);
  return `Usage: ./scripts/bench [--json] [--only NAME]... [--write]

Measures in sandboxes of its own, and takes them away. Exits with 1 when a figure breaks its limit.

Benchmarks:
${names.join("\n")}

Options:
  --json        print the figures as a list of {name, value, unit, limit, bound, holds}
  --only NAME   only this benchmark; give it several times for several
  --write       put all figures into docs/benchmarks.md, .json and .svg

Examples:
  ./scripts/bench
  ./scripts/bench --only preview --only start
  ./scripts/bench --json | jq '.[] | select(.holds | not)'

What needs machines is left out where none can boot, with the reason on standard error.`;
}

/**
 * Runs the benchmarks that are asked for.
 *
 * @param write puts the figures into the documentation
 * @returns the exit code: 1 when a limit does not hold or something failed, 2 when the question was not understood
 */
export async function bench(
  words: readonly string[],
  benchmarks: readonly Benchmark[],
  write: (figures: readonly Figure[]) => void,
): Promise<number> {
  try {
    const { values } = parseArgs({ args: [...words], options });
    if (values.help) {
      print(help(benchmarks));
      return 0;
    }
    const chosen = choose(benchmarks, values.only ?? []);
    if (values.write && chosen.length < benchmarks.length)
      throw new TypeError("--write needs all figures: leave --only out");
    const { figures, leftOut } = await measure(chosen);
    if (values.write && leftOut.length > 0)
      throw new Error(
        `the documentation holds all figures, and ${leftOut.join(", ")} cannot be measured here`,
      );
    if (values.write) write(figures);
    if (values.json) printJson(figures);
    else print(formatFigures(figures));
    for (const line of broken(figures)) say(`${styled("red", "broken:", process.stderr)} ${line}`);
    return broken(figures).length > 0 ? 1 : 0;
  } catch (error) {
    say(`${styled("red", "error:", process.stderr)} ${messageOf(error)}`);
    if (!(error instanceof TypeError)) return 1;
    say("  ./scripts/bench --help says what is allowed");
    return 2;
  }
}

function choose(benchmarks: readonly Benchmark[], names: readonly string[]): readonly Benchmark[] {
  const known = benchmarks.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new TypeError(`there is no benchmark "${unknown}"; there are ${known.join(", ")}`);
  return names.length === 0 ? benchmarks : benchmarks.filter(({ name }) => names.includes(name));
}

/** One after the other: two at once would measure each other. */
async function measure(
  benchmarks: readonly Benchmark[],
): Promise<{ figures: readonly Figure[]; leftOut: readonly string[] }> {
  const figures: Figure[] = [];
  const leftOut: string[] = [];
  for (const { name, obstacle, run } of benchmarks) {
    await runStages([
      {
        title: name,
        run: async (report) => {
          const reason = await obstacle?.();
          if (reason !== undefined) {
            leftOut.push(name);
            return `left out: ${reason}`;
          }
          const measured = await run(report);
          figures.push(...measured);
          return `${measured.length} figures`;
        },
      },
    ]);
  }
  return { figures, leftOut };
}
