import assert from "node:assert/strict";
import { test } from "node:test";
import { changeCount, describeChanges, Progress, parseEvent } from "../../sandbox/engine/events.ts";

const urn = "urn:pulumi:prod::demo::demo:index:Thing::one";
const metadata = { op: "update", urn, type: "demo:index:Thing", diffs: ["size"] };

function progressOf(...events: object[]): Progress {
  const progress = new Progress();
  for (const event of events) {
    const parsed = parseEvent(JSON.stringify(event));
    assert.ok(parsed);
    progress.add(parsed);
  }
  return progress;
}

test("what is under way is named until it is done", () => {
  const begun = progressOf({ resourcePreEvent: { metadata } });
  assert.equal(begun.line, "0 resources done, 1 operation; update demo:index:Thing one");
  const done = progressOf({ resourcePreEvent: { metadata } }, { resOutputsEvent: { metadata } });
  assert.equal(done.line, "1 resources done, 1 operation");
});

test("an operation that failed is over too", () => {
  const progress = progressOf({ resourcePreEvent: { metadata } }, { resOpFailedEvent: { metadata } });
  assert.equal(progress.underWay.size, 0);
});

test("steps carry what differs, and unchanged resources are no steps", () => {
  const same = { ...metadata, op: "same", urn: `${urn}-2` };
  const progress = progressOf({ resourcePreEvent: { metadata } }, { resourcePreEvent: { metadata: same } });
  assert.deepEqual(progress.steps, [
    { operation: "update", urn, type: "demo:index:Thing", name: "one", differences: ["size"] },
  ]);
});

test("diagnostics keep their whole text and the resource's name; debugging is left out", () => {
  const progress = progressOf(
    { diagnosticEvent: { severity: "error", message: "refused\nwith reason\n", urn } },
    { diagnosticEvent: { severity: "debug", message: "noise" } },
    { diagnosticEvent: { severity: "info#err", message: "written to standard error\n" } },
  );
  assert.deepEqual(progress.diagnostics, [
    { severity: "error", resource: "one", message: "refused\nwith reason" },
    { severity: "info", resource: undefined, message: "written to standard error" },
  ]);
});

test("what a policy refuses is an error that names the rule and the resource; an advice is a warning", () => {
  const said = { policyName: "only-the-web-is-open", policyPackName: "demo", resourceUrn: urn };
  const progress = progressOf(
    {
      policyEvent: {
        ...said,
        message: "Nothing else is open.\none: 8069 is.\n",
        enforcementLevel: "mandatory",
      },
    },
    { policyEvent: { ...said, message: "Not known yet.\n", enforcementLevel: "advisory" } },
  );
  assert.deepEqual(progress.diagnostics, [
    {
      severity: "error",
      resource: "one",
      message: "policy only-the-web-is-open: Nothing else is open.\none: 8069 is.",
    },
    { severity: "warning", resource: "one", message: "policy only-the-web-is-open: Not known yet." },
  ]);
});

test("the summary counts what changed, and calls an import what it is", () => {
  const { changes } = progressOf({ summaryEvent: { resourceChanges: { create: 78, import: 9, same: 1 } } });
  assert.equal(changeCount(changes), 87);
  assert.equal(
    describeChanges(changes),
    "78 created, 9 imported (adopted), 0 updated, 0 replaced, 0 deleted",
  );
  assert.equal(describeChanges({ same: 88 }), "0 changes (88 unchanged)");
  assert.match(describeChanges({ discard: 1 }), /, 1 discard$/);
});

test("what was only planned is told from what was done, and not counted twice", () => {
  const step = { resourcePreEvent: { metadata: { ...metadata, op: "delete" } } };
  const plan = [
    { preludeEvent: { config: {} } },
    step,
    { summaryEvent: { resourceChanges: { delete: 1 }, isPreview: true } },
  ];
  assert.equal(progressOf(...plan).planned, true);
  const both = progressOf(...plan, { preludeEvent: { config: {} } }, step, {
    summaryEvent: { resourceChanges: { delete: 1 }, isPreview: false },
  });
  assert.equal(both.planned, false);
  assert.equal(both.steps.length, 1);
});

test("a line that is no event is passed over", () => {
  assert.equal(parseEvent("Updating (prod):"), undefined);
  assert.equal(parseEvent('{"half'), undefined);
});

test("the stack's outputs before and after an operation are kept, and those of other resources are not", () => {
  const stack = (before?: object, after?: object) => ({
    resOutputsEvent: {
      metadata: {
        ...{ ...metadata, type: "pulumi:pulumi:Stack", op: "same" },
        old: before && { outputs: before },
        new: after && { outputs: after },
      },
    },
  });
  assert.equal(progressOf({ resOutputsEvent: { metadata } }).stackOutputs, undefined);
  assert.deepEqual(progressOf(stack({ one: 1 }, { one: 2 })).stackOutputs, {
    before: { one: 1 },
    after: { one: 2 },
  });
  assert.deepEqual(progressOf(stack(undefined, { one: 2 })).stackOutputs, { before: {}, after: { one: 2 } });
});

test("operations that took long are told with when they began and ended; what only groups others is none", (context) => {
  let now = 0;
  context.mock.method(performance, "now", () => now);
  const progress = new Progress();
  const other = { ...metadata, urn: `${urn}-group`, type: "demo:Group" };
  const add = (event: object) => progress.add(parseEvent(JSON.stringify(event)) ?? assert.fail());
  for (const begun of [metadata, other]) add({ resourcePreEvent: { metadata: begun } });
  now = 4_000;
  add({ resOutputsEvent: { metadata: { ...metadata, new: { custom: true } } } });
  add({ resOutputsEvent: { metadata: { ...other, new: { custom: false } } } });
  add({ resourcePreEvent: { metadata: { ...metadata, urn: `${urn}-2` } } });
  add({ resOutputsEvent: { metadata: { ...metadata, urn: `${urn}-2`, new: { custom: true } } } });
  assert.deepEqual(progress.longSteps, [{ name: "one", began: 0, ended: 4_000 }]);
});
