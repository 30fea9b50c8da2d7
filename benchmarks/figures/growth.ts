import { join } from "node:path";
import { TestSandbox } from "../../tests/support/sandbox.ts";
import { type Benchmark, type Figure, figure } from "../benchmark.ts";
import { type ProbedRun, probeEngine } from "../probe/marks.ts";
import { openRoom } from "../rooms.ts";
import { alternate, median, slope } from "../statistics.ts";

const rounds = 3;
const counts = [1, 10, 50] as const;
const megabyte = 1_000_000;

/** What more hosts cost: time for each resource, and memory. */
export const growth: Benchmark = {
  name: "growth",
  description: "a preview of staging with 1, 10 and 50 more hosts: time for each resource, and memory",
  run: async (report) => {
    const sandbox = new TestSandbox();
    try {
      report("bringing staging up");
      await sandbox.run("up", "staging");
      const room = await openRoom(sandbox, "staging");
      const runs = await alternate(counts, rounds, async (count, round) => {
        report(`${count} more hosts, round ${round} of ${rounds}`);
        const settings = sandbox.editedSettings("staging", withHosts(count));
        const words = ["preview", "--json", "--config-file", settings];
        return probeEngine(room, join(sandbox.folder, "probe.jsonl"), ...words);
      });
      return figures(runs);
    } finally {
      await sandbox.remove();
    }
  },
};

/** Settings with so many hosts more; the bill they would make is allowed, as it is not what is looked at. */
function withHosts(count: number): Record<string, unknown> {
  const hosts = Array.from({ length: count }, (_, index) => {
    const name = `extra${index + 1}`;
    return [`hosts.${name}`, { name: `ipai-staging-${name}`, region: "sfo2", size: "s-2vcpu-2gb" }];
  });
  return { ...Object.fromEntries(hosts), "budget.monthlyUsd": 100_000 };
}

function figures(runs: ReadonlyMap<number, readonly ProbedRun[]>): Figure[] {
  const rows = [...runs].map(([count, measured]) => ({
    count,
    resources: resourcesIn(measured[0]?.stdout ?? ""),
    milliseconds: median(measured.map(({ milliseconds }) => milliseconds)),
    engineBytes: median(measured.map(({ peakBytes }) => peakBytes)),
    programBytes: median(measured.map(peakOfProgram)),
  }));
  const most = rows.at(-1);
  if (!most) throw new Error("no preview was measured");
  return [
    ...rows.flatMap(({ count, resources, milliseconds, engineBytes, programBytes }) => [
      figure(`preview with ${count} more hosts`, milliseconds, "ms"),
      figure(`resources planned with ${count} more hosts`, resources, "resources"),
      figure(
        `program's memory with ${count} more hosts`,
        programBytes / megabyte,
        "MB",
        memoryLimits.program,
      ),
      figure(`engine's memory with ${count} more hosts`, engineBytes / megabyte, "MB", memoryLimits.engine),
    ]),
    figure(
      "preview, for each resource more",
      slope(rows.map(({ resources, milliseconds }) => ({ x: resources, y: milliseconds }))),
      "ms/resource",
      10,
    ),
  ];
}

/** Both together, and three stand-ins of 130 MB, leave a machine with 2 GB some room. */
const memoryLimits = { program: 512, engine: 256 };

function peakOfProgram({ marks }: ProbedRun): number {
  const peak = marks.find(({ event }) => event === "program ended")?.peakBytes;
  if (peak === undefined) throw new Error("the probe did not see the program end");
  return peak;
}

function resourcesIn(stdout: string): number {
  return (JSON.parse(stdout) as { steps: unknown[] }).steps.length;
}
