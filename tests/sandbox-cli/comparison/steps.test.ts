import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { compareSteps, readSteps } from "../../../sandbox/comparison/steps.ts";

const urn = "urn:pulumi:test::demo::digitalocean:index/app:App::web";

function event(op: string, detailedDiff?: Record<string, string>, diffs?: string[]): string {
  const details = Object.entries(detailedDiff ?? {}).map(([path, diffKind]) => [
    path,
    { diffKind, inputDiff: false },
  ]);
  const metadata = { op, urn, type: "t", diffs, detailedDiff: detailedDiff && Object.fromEntries(details) };
  return JSON.stringify({ sequence: 1, resOutputsEvent: { metadata } });
}

suite("steps of two runs", () => {
  test("are read from the engine's events, with the paths that differ", () => {
    const events = [
      '{"resourcePreEvent":{}}',
      "some text",
      event("update", { "spec.name": "update" }),
      event("same"),
    ].join("\n");
    assert.deepEqual(readSteps(events), [
      { operation: "update", urn, changes: { "spec.name": "update" } },
      { operation: "same", urn, changes: {} },
    ]);
  });

  test("a destroy's own preview does not count", () => {
    const events = [event("delete"), '{"preludeEvent":{"config":{}}}', event("delete")].join("\n");
    assert.equal(readSteps(events).length, 1);
  });

  test("another operation, another property and another kind of change are differences", () => {
    const steps = (...events: string[]) => readSteps(events.join("\n"));
    const one = steps(event("update", { name: "update", region: "update" }));
    assert.deepEqual(compareSteps("preview", one, one), []);
    const other = steps(event("replace", { name: "update", region: "update-replace", size: "add" }));
    const where = "preview: web (digitalocean:index/app:App)";
    assert.deepEqual(compareSteps("preview", one, other), [
      { kind: "step", where, standIn: "update", official: "replace" },
      { kind: "diff", where: `${where}: region`, standIn: "update", official: "update-replace" },
      { kind: "diff", where: `${where}: size`, standIn: undefined, official: "add" },
    ]);
    assert.equal(compareSteps("preview", one, []).length, 3);
  });

  test("where a member of a set stands says nothing, how many change does", () => {
    const steps = (changes: Record<string, string>) => readSteps(event("update", changes));
    const one = steps({ "tags[0]": "add", "tags[3]": "delete", "spec.alerts[0]": "add" });
    assert.deepEqual(
      compareSteps("up", one, steps({ "tags[2]": "delete", "tags[1]": "add", "spec.alerts[0]": "add" })),
      [],
    );
    assert.deepEqual(
      compareSteps("up", one, steps({ "tags[0]": "add", "spec.alerts[1]": "add" })).map(({ where }) => where),
      ["tags[*]", "spec.alerts[0]", "spec.alerts[1]"].map(
        (path) => `up: web (digitalocean:index/app:App): ${path}`,
      ),
    );
  });

  test("steps have no order, and a provider that names no paths names properties", () => {
    const [named] = readSteps(event("update", undefined, ["spec"]));
    assert.deepEqual(named?.changes, { spec: "changed" });
    const two = readSteps([event("create-replacement"), event("delete-replaced")].join("\n"));
    assert.deepEqual(compareSteps("up", two, two.toReversed()), []);
  });
});
