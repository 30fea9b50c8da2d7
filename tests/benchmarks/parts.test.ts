import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readMarks } from "../../benchmarks/probe/marks.ts";
import { partsOf } from "../../benchmarks/probe/parts.ts";

/** What the probe would have written. */
const text = (marks: readonly (readonly [at: number, event: string, pid?: number])[]) =>
  marks.map(([at, event, pid = 1]) => `${JSON.stringify({ pid, event, at })}\n`).join("");

const program = [
  [500, "program started"],
  [900, "program loading"],
  [1300, "program running"],
  [1400, "program wired"],
  [2400, "program ended"],
] as const;

suite("the parts of a preview", () => {
  test("follow each other without a gap, and overlapping providers count once", () => {
    const providers = [
      [1500, "provider started", 2],
      [1700, "provider ready", 2],
      [1600, "provider started", 3],
      [1800, "provider ready", 3],
      [2000, "provider started", 4],
      [2100, "provider ready", 4],
    ] as const;
    const parts = partsOf(readMarks(text([...providers, ...program])), 0, 2500);
    assert.deepEqual(parts, {
      "engine and language host": 500,
      "Node and Pulumi's runner": 400,
      "loading packages": 400,
      "the program itself": 100,
      "provider processes": 400,
      "checks, diffs and calls": 600,
      "the engine's end": 100,
    });
    assert.equal(
      Object.values(parts).reduce((sum, part) => sum + part, 0),
      2500,
    );
  });

  test("a program that never ran is an error, not a zero", () => {
    assert.throws(
      () => partsOf(readMarks(text([[500, "program started"]])), 0, 1),
      /saw no "program loading"/,
    );
  });
});
