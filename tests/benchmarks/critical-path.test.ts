import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { criticalPath, type Step } from "../../benchmarks/critical-path.ts";

const step = (id: string, milliseconds: number, ...after: string[]): Step => ({ id, after, milliseconds });

suite("the critical path", () => {
  test("is the longest chain, not the longest step and not the sum", () => {
    const { milliseconds, steps } = criticalPath([
      step("record", 1, "droplet", "zone"),
      step("zone", 2),
      step("droplet", 10, "network", "key"),
      step("network", 3),
      step("key", 4),
      step("app", 12),
    ]);
    assert.equal(milliseconds, 15);
    assert.deepEqual(
      steps.map(({ id }) => id),
      ["key", "droplet", "record"],
    );
  });

  test("goes through steps that take no time themselves", () => {
    assert.equal(criticalPath([step("a", 5), step("group", 0, "a"), step("b", 7, "group")]).milliseconds, 12);
  });

  test("of nothing is nothing", () => {
    assert.deepEqual(criticalPath([]), { milliseconds: 0, steps: [] });
  });

  test("names a circle, and a step that is waited for and not there", () => {
    assert.throws(() => criticalPath([step("a", 1, "b"), step("b", 1, "a")]), /wait for each other: a, b, a/);
    assert.throws(() => criticalPath([step("a", 1, "b")]), /a waits for b, which is not there/);
  });
});
