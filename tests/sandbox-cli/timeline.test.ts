import assert from "node:assert/strict";
import { test } from "node:test";
import { Timeline } from "../../sandbox/cli/timeline.ts";

test("a stage is noted with its beginning and its length, also one that fails", async (context) => {
  let now = 1_000;
  context.mock.method(performance, "now", () => now);
  const timeline = new Timeline(async (stages) => {
    for (const stage of stages)
      await stage.run(
        () => {},
        () => {},
      );
  });
  const stage = (title: string, end: number, fail = false) => ({
    title,
    run: async () => {
      now = end;
      if (fail) throw new Error("no");
      return "done";
    },
  });
  await timeline.run([stage("first", 3_500)]);
  await assert.rejects(timeline.run([stage("second", 4_000, true)]));
  assert.deepEqual(timeline.stages, [
    { title: "first", startedAt: 1, seconds: 2.5 },
    { title: "second", startedAt: 3.5, seconds: 0.5 },
  ]);
});
