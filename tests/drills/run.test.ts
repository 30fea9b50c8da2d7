import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import type { Course, Drill } from "../../sandbox/drills/drill.ts";
import type { Ground } from "../../sandbox/drills/ground.ts";
import { runDrill } from "../../sandbox/drills/run.ts";
import type { StageRunner } from "../../sandbox/engine/prepare.ts";

const root = mkdtempSync(join(tmpdir(), "drill-"));
mkdirSync(join(root, "docs/runbooks"), { recursive: true });
writeFileSync(join(root, "docs/runbooks/flood.md"), "# Flood\n\n```sh drill=flood\npump\n```\n");
after(() => rmSync(root, { recursive: true }));

const runStages: StageRunner = async (stages) => {
  for (const { run } of stages)
    await run(
      () => {},
      () => {},
    );
};

/** A cellar that a flood fills and a pump empties, unless something is otherwise. */
function cellar(otherwise: Partial<Course & { pump: () => Promise<void> }> = {}) {
  const happened: string[] = [];
  let water = false;
  const pump =
    otherwise.pump ??
    (async () => {
      water = false;
    });
  const course: Course = {
    inject: async () => {
      happened.push("flooded");
      water = true;
    },
    broken: async () => (water ? "the cellar is under water" : undefined),
    verify: async () => {
      happened.push("compared");
      return { found: ["the wine is there"], lostSeconds: 12.34 };
    },
    ...otherwise,
  };
  const follow = async (script: string) => {
    assert.match(script, /\npump\n/);
    happened.push("pumped");
    await pump();
  };
  const ground = { sandbox: { project: { root } }, operator: { follow } } as unknown as Ground;
  return { course, ground, happened };
}

function drillOf(course: Course, more: Partial<Drill> = {}): Drill {
  return {
    ...{ name: "flood", title: "A flood", limitMinutes: 5, pages: ["flood.md"] },
    ...{ allowance: { minutes: 1, for: "a slower pump" }, does: "water let in", endsWhen: "it is dry" },
    begin: async () => course,
    ...more,
  };
}

suite("a drill", () => {
  test("breaks, sees, follows the page, compares, and says how long that took and what is lost", async () => {
    const { course, ground, happened } = cellar();
    const record = await runDrill(drillOf(course), ground, runStages);
    assert.deepEqual(happened, ["flooded", "pumped", "compared"]);
    assert.deepEqual([record.holds, record.lostSeconds, record.found], [true, 12.3, "the wine is there"]);
    assert.match(record.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.ok(record.seconds.total >= record.seconds.seen && record.seconds.total < 60);
  });

  test("fails when its fault is not seen, and follows nothing", async () => {
    const { course, ground, happened } = cellar({ broken: async () => undefined });
    const run = runDrill(drillOf(course), ground, runStages, 0.1);
    await assert.rejects(run, /it did not come to this: the fault is seen/);
    assert.deepEqual(happened, ["flooded"]);
  });

  test("fails before its fault when something is broken already: it could see nothing", async () => {
    const { course, ground, happened } = cellar({ broken: async () => "damp" });
    const run = runDrill(drillOf(course), ground, runStages);
    await assert.rejects(run, /something is broken before anything was done.*: damp/);
    assert.deepEqual(happened, []);
  });

  test("fails when the page's commands mend nothing", async () => {
    const { course, ground, happened } = cellar({ pump: async () => {} });
    const run = runDrill(drillOf(course, { limitMinutes: 0.005 as 5 }), ground, runStages);
    await assert.rejects(run, /the limit is over, and still: the cellar is under water/);
    assert.ok(!happened.includes("compared"));
  });

  test("fails when a command of the page does, or what a backup held is not back", async () => {
    const broken = async () => Promise.reject(new Error("pump: not found"));
    const first = cellar({ pump: broken });
    await assert.rejects(runDrill(drillOf(first.course), first.ground, runStages), /pump: not found/);
    const second = cellar({ verify: async () => Promise.reject(new Error("the wine is gone")) });
    await assert.rejects(runDrill(drillOf(second.course), second.ground, runStages), /the wine is gone/);
  });

  test("fails when it has compared nothing, or cannot say how much is lost: no record says that nothing was", async () => {
    for (const [verified, reason] of [
      [{ found: [], lostSeconds: null }, /the drill has compared nothing/],
      [{ found: ["the wine is there"], lostSeconds: Number.NaN }, /could not be measured: NaN s/],
      [{ found: ["the wine is there"], lostSeconds: -3 }, /could not be measured: -3 s/],
    ] as const) {
      const { course, ground } = cellar({ verify: async () => verified });
      await assert.rejects(runDrill(drillOf(course), ground, runStages), reason);
    }
  });

  test("does not hold when it and its allowance take longer than its limit", async () => {
    const { course, ground } = cellar();
    const slow = { minutes: 5, for: "a pump that is sent for" };
    const record = await runDrill(drillOf(course, { allowance: slow }), ground, runStages);
    assert.equal(record.holds, false);
  });

  test("is not begun without a command on its page", async () => {
    const { course, ground, happened } = cellar();
    const run = runDrill(drillOf(course, { name: "fire" }), ground, runStages);
    await assert.rejects(run, /docs\/runbooks\/flood\.md has no command that belongs to the drill fire/);
    assert.deepEqual(happened, []);
  });
});
