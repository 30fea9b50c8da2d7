import assert from "node:assert/strict";
import { test } from "node:test";
import { costLine, monthlyCost } from "../../sandbox/cli/monthly-cost.ts";
import { Progress } from "../../sandbox/engine/events.ts";
import { loadProject } from "../../sandbox/project.ts";
import { demoSandbox } from "./support/demo.ts";

function progressWith(before: object, after: object): Progress {
  const metadata = {
    ...{ op: "update", urn: "urn:pulumi:prod::demo::pulumi:pulumi:Stack::demo", type: "pulumi:pulumi:Stack" },
    ...{ old: { outputs: { ...before } }, new: { outputs: { ...after } } },
  };
  const progress = new Progress();
  progress.add({ resOutputsEvent: { metadata } });
  return progress;
}

const project = loadProject();

test("the cost after an operation stands beside the cost before it", () => {
  const dearer = progressWith({ monthlyCost: { totalUsd: 66 } }, { monthlyCost: { totalUsd: 138 } });
  assert.deepEqual(monthlyCost(project, dearer), { beforeUsd: 66, usd: 138 });
  assert.deepEqual(monthlyCost(project, progressWith({}, { monthlyCost: { totalUsd: 66 } })), {
    beforeUsd: null,
    usd: 66,
  });
});

test("nothing is said where the program has not got as far, or does not know its cost", () => {
  assert.equal(monthlyCost(project, new Progress()), undefined);
  assert.equal(monthlyCost(project, progressWith({ monthlyCost: { totalUsd: 66 } }, {})), undefined);
  const known = progressWith({}, { monthlyCost: { totalUsd: 66 } });
  assert.equal(monthlyCost(demoSandbox("/nowhere").project, known), undefined);
});

test("the line for people: more, less, the same, new", () => {
  assert.equal(
    costLine({ beforeUsd: 66, usd: 138 }),
    "$138.00 a month by list price: +$72.00 against the $66.00 of before",
  );
  assert.match(costLine({ beforeUsd: 66, usd: 65.9 }), /: -\$0\.10 against/);
  assert.equal(costLine({ beforeUsd: 66, usd: 66 }), "$66.00 a month by list price, as before");
  assert.equal(costLine({ beforeUsd: null, usd: 66 }), "$66.00 a month by list price");
});
