import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../engine/failure.ts";
import type { StageRunner } from "../engine/prepare.ts";
import type { Course, Drill, Verified } from "./drill.ts";
import { type Ground, waitFor } from "./ground.ts";
import type { DrillRecord } from "./records.ts";
import { blocksOf, scriptOf } from "./runbook.ts";

/** Seconds in which a fault must be seen: what is not seen by then would be noticed by nobody. */
const seenWithin = 60;

/** Folder of the pages that are followed, below the repository's. */
export const runbooks = "docs/runbooks";

/**
 * Rehearses a disaster: makes ready, sees that nothing is broken, breaks it, and then by the clock: sees it, follows the runbook's
 * pages, waits until everything is well, compares the data.
 *
 * @param seenWithinSeconds in which the fault must be seen
 * @throws Failure when the fault cannot be seen, a command of a page fails, or anything is not back
 */
export async function runDrill(
  drill: Drill,
  ground: Ground,
  runStages: StageRunner,
  seenWithinSeconds = seenWithin,
): Promise<DrillRecord> {
  const stage = staging(runStages);
  const pages = drill.pages.map((name) => readPage(ground.sandbox.project.root, name, drill));
  const course = await stage("Ready", async (report) => {
    report("making ready what can be lost");
    const begun = await drill.begin(ground);
    await requireWhole(begun);
    return [begun, "nothing is broken"];
  });
  await stage("Fault", async () => {
    await course.inject();
    return [undefined, drill.does];
  });
  const at = new Date();
  const clock = stopwatch();
  const seen = await stage("Seen", async () => {
    const words = await waitFor("the fault is seen", seenWithinSeconds, () => course.broken());
    return [clock(), words];
  });
  for (const { name, script } of pages) {
    await stage(`Runbook ${name}`, async (report) => {
      const began = clock();
      await (course.operator ?? ground.operator).follow(script, `${runbooks}/${name}`, report);
      return [undefined, `followed in ${Math.round(clock() - began)} s`];
    });
  }
  const followed = clock();
  const verified = await stage("Verified", async (report): Promise<[Verified, string]> => {
    report("waiting until nothing is broken");
    await waitUntilWhole(course, drill.limitMinutes * 60 - followed);
    report("comparing");
    const found = requireMeasured(await course.verify());
    return [found, found.found.join("; ")];
  });
  const record = recordOf(drill, at, verified, { seen, followed, total: clock() });
  const { afterwards } = course;
  if (afterwards !== undefined)
    await stage("Afterwards", async () => {
      await afterwards();
      return [undefined, "as it was before"];
    });
  return record;
}

function recordOf(
  { name, limitMinutes, allowance }: Drill,
  at: Date,
  { found, lostSeconds }: Verified,
  seconds: { seen: number; followed: number; total: number },
): DrillRecord {
  return {
    drill: name,
    at: at.toISOString().replace(/\.\d+Z$/, "Z"),
    seconds: {
      seen: rounded(seconds.seen),
      runbook: rounded(seconds.followed - seconds.seen),
      verified: rounded(seconds.total - seconds.followed),
      total: rounded(seconds.total),
    },
    lostSeconds: lostSeconds === null ? null : rounded(lostSeconds),
    allowanceMinutes: allowance.minutes,
    limitMinutes,
    holds: seconds.total + allowance.minutes * 60 <= limitMinutes * 60,
    found: found.join("; "),
  };
}

const rounded = (seconds: number) => Number(seconds.toFixed(1));

/** A page that has nothing to follow would let the clock stop by itself. */
function readPage(root: string, name: string, drill: Drill): { name: string; script: string } {
  const page = readFileSync(join(root, runbooks, name), "utf8");
  if (!blocksOf(page).some(({ drills }) => drills.includes(drill.name)))
    throw new Failure(
      `${runbooks}/${name} has no command that belongs to the drill ${drill.name}`,
      `\`\`\`sh drill=${drill.name} opens a block that does`,
    );
  return { name, script: scriptOf(page, `${runbooks}/${name}`, drill.name) };
}

async function requireWhole(course: Course): Promise<void> {
  const broken = await course.broken();
  if (broken === undefined) return;
  throw new Failure(
    `something is broken before anything was done, so nothing could be learned: ${broken}`,
    "./scripts/sandbox up prod mends it",
  );
}

/** A comparison that has found nothing, and a loss that is no time, would be written down as if nothing was lost. */
function requireMeasured(verified: Verified): Verified {
  const { found, lostSeconds } = verified;
  if (found.length === 0) throw new Failure("the drill has compared nothing, so nobody knows what is back");
  if (lostSeconds === null || (Number.isFinite(lostSeconds) && lostSeconds >= 0)) return verified;
  throw new Failure(`what was lost could not be measured: ${lostSeconds} s between the backup and the fault`);
}

async function waitUntilWhole(course: Course, seconds: number): Promise<void> {
  let last: string | undefined;
  try {
    await waitFor("nothing is broken any more", Math.max(seconds, 0), async () => {
      last = await course.broken();
      return last === undefined ? true : undefined;
    });
  } catch (error) {
    throw error instanceof Failure ? new Failure(`the limit is over, and still: ${last}`) : error;
  }
}

function stopwatch(): () => number {
  const began = performance.now();
  return () => (performance.now() - began) / 1000;
}

/** Runs one step that gives something, as a stage that people see. */
function staging(runStages: StageRunner) {
  return async <T>(title: string, step: (report: (line: string) => void) => Promise<[T, string]>) => {
    let given: [T] | undefined;
    await runStages([
      {
        title,
        run: async (report) => {
          const [value, words] = await step(report);
          given = [value];
          return words;
        },
      },
    ]);
    if (given === undefined) throw new Error(`the stage ${title} ended without a result`);
    return given[0];
  };
}
