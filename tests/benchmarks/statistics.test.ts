import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { alternate, median, paired, slope } from "../../benchmarks/statistics.ts";

suite("the median", () => {
  test("is the middle value in order of size, and between two middle ones their mean", () => {
    assert.equal(median([10, 9, 100]), 10);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(median([7]), 7);
  });

  test("of nothing is an error, not a number", () => {
    assert.throws(() => median([]), /nothing was measured/);
  });
});

suite("a comparison of pairs", () => {
  test("is the middle of what each round gave, whatever else a round was like", () => {
    // All that slowed the third round down met both.
    const ratio = (left: number, right: number) => left / right;
    assert.equal(paired([90, 100, 9], [100, 100, 10], ratio), 0.9);
  });

  test("of nothing is an error, not a number", () => {
    assert.throws(() => paired([1], undefined, () => 1), /nothing was measured/);
  });
});

suite("the slope", () => {
  test("is that of the line nearest to the points", () => {
    const on = (x: number) => ({ x, y: 1000 + 7 * x });
    assert.ok(Math.abs(slope([on(1), on(10), on(50)]) - 7) < 1e-9);
    const scattered = [on(1), { x: 10, y: 1070 + 3 }, { x: 10, y: 1070 - 3 }, on(50)];
    assert.ok(Math.abs(slope(scattered) - 7) < 1e-9);
  });

  test("of points above each other is an error", () => {
    assert.throws(
      () =>
        slope([
          { x: 1, y: 1 },
          { x: 1, y: 2 },
        ]),
      /different x/,
    );
  });
});

test("variants take turns, and the round that warms up is not counted", async () => {
  const order: string[] = [];
  const results = await alternate(["a", "b"], 2, async (variant, round) => {
    order.push(`${variant}${round}`);
    return `${variant}${round}`;
  });
  assert.deepEqual(order, ["a0", "b0", "a1", "b1", "a2", "b2"]);
  assert.deepEqual(
    [...results],
    [
      ["a", ["a1", "a2"]],
      ["b", ["b1", "b2"]],
    ],
  );
});
