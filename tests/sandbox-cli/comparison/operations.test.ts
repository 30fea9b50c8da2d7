import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Capture, StageCapture } from "../../../sandbox/comparison/capture.ts";
import { operationCells, operationRows } from "../../../sandbox/comparison/operations.ts";
import { capture, request } from "./support.ts";

const step = (operation: string) => ({ operation, urn: "urn", changes: {} });

/** A run with one preview and one up. */
function run(seconds: number, ups: readonly string[], asked: number): Capture {
  const requests = Array.from({ length: asked }, () => request("GET", "/v2/tags"));
  const preview: StageCapture = {
    ...{ stage: "preview", steps: [], requests: [] },
    seconds,
    state: undefined,
  };
  const up: StageCapture = { ...preview, stage: "up", steps: ups.map(step), requests };
  return capture([], [], { stages: [preview, up] });
}

suite("what each operation came to", () => {
  const sides: [Capture, Capture] = [
    run(1.24, ["create", "same", "create"], 3),
    run(20.06, ["create", "same"], 5),
  ];

  test("counts steps by kind and requests, and tells the time, side by side", () => {
    assert.deepEqual(operationRows(sides)[1], {
      operation: "up",
      sides: [
        { steps: { create: 2, same: 1 }, requests: 3, seconds: 1.2 },
        { steps: { create: 1, same: 1 }, requests: 5, seconds: 20.1 },
      ],
    });
  });

  test("is told in a table, one operation a line", () => {
    assert.deepEqual(operationCells(operationRows(sides), ["stand-in", "official"])[2], [
      "up",
      "2 create, 1 same; 3 requests, 1.2 s",
      "1 create, 1 same; 5 requests, 20.1 s",
    ]);
  });

  test("an operation that one side did not do is told of the other alone", () => {
    const [first, second] = sides;
    const shorter = { ...second, stages: second.stages.slice(0, 1) };
    assert.equal(operationRows([first, shorter])[1]?.sides.length, 1);
  });
});
