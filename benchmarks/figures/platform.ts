import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { say, told } from "../../tests/platform/support.ts";
import { type Benchmark, type Figure, figure, part } from "../benchmark.ts";
import { machineObstacle } from "../machines.ts";
import { median } from "../statistics.ts";

const rounds = 3;
const sandbox = resolve(import.meta.dirname, "../../scripts/sandbox");

const answerSchema = z.object({
  stages: z.array(z.object({ title: z.string(), startedAt: z.number(), seconds: z.number() })),
});

interface Run {
  readonly seconds: number;
  readonly stages: z.output<typeof answerSchema>["stages"];
}

/** From the command to all services healthy, on machines: with nothing there but the cache, and once more. */
export const platform: Benchmark = {
  name: "platform",
  description:
    "./scripts/sandbox up prod with machines, until every service is healthy, and what takes the time",
  obstacle: machineObstacle,
  run: async (report) => {
    const runs: Record<"first" | "again", Run[]> = { first: [], again: [] };
    for (let round = 1; round <= rounds; round += 1) {
      const folder = mkdtempSync(join(tmpdir(), "platform-"));
      try {
        for (const kind of ["first", "again"] as const) {
          report(`${kind}, round ${round} of ${rounds}`);
          runs[kind].push(await bringUp(folder));
        }
      } finally {
        await say([sandbox, "down", "--yes"], { env: { SANDBOX_STATE_DIR: folder } });
        rmSync(folder, { recursive: true, force: true });
      }
    }
    const seconds = (kind: keyof typeof runs) => median(runs[kind].map((run) => run.seconds));
    return [
      figure("production with machines, from command to healthy", seconds("first"), "s", 60),
      ...stagesOf(runs.first),
      figure("the same again, nothing to change", seconds("again"), "s", 30),
    ];
  },
};

async function bringUp(folder: string): Promise<Run> {
  const env = { SANDBOX_STATE_DIR: folder, SANDBOX_MACHINES: "required" };
  const began = performance.now();
  const printed = await told(say([sandbox, "up", "prod", "--json"], { env }));
  const seconds = (performance.now() - began) / 1000;
  return { seconds, stages: answerSchema.parse(JSON.parse(printed)).stages };
}

/** Of the run in the middle: medians of single stages would be those of no run at all. */
function stagesOf(runs: readonly Run[]): Figure[] {
  const middle = [...runs].sort((left, right) => left.seconds - right.seconds)[Math.floor(runs.length / 2)];
  return [...(middle?.stages ?? [])]
    .sort((left, right) => left.startedAt - right.startedAt)
    .map(({ title, startedAt, seconds }) => part(`stage of up: ${title}`, seconds, startedAt));
}
