import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { cheaperPlan } from "../../config/derive/cheaper-plan.ts";
import { cheaperPlanSentence } from "../../config/derive/cost-summary.ts";
import { ConfigurationError, type Fault } from "../../config/fault.ts";
import { loadConfiguration } from "../../config/load.ts";
import { readStackFile, setPath } from "../support/stack-file.ts";

type Edits = Readonly<Record<string, unknown>>;

function load(stack: string, edits: Edits) {
  const source = readStackFile(stack);
  for (const [path, value] of Object.entries(edits)) setPath(source.values, path, value);
  return loadConfiguration(source);
}

/** What saves so much of what these settings cost. */
function cheaper(stack: string, savingUsd: number, edits: Edits = {}) {
  const config = load(stack, { "budget.monthlyUsd": 100_000, ...edits });
  return cheaperPlan(config.resolvedServices, config, savingUsd);
}

function faultsOf(stack: string, edits: Edits): readonly Fault[] {
  try {
    load(stack, edits);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return assert.fail("the configuration was accepted");
}

suite("a plan over its budget", () => {
  test("is refused with the cheapest change that gets back under, as a command, and how to mean it", () => {
    const [fault, ...more] = faultsOf("staging", { "hosts.ocr.size": "s-4vcpu-8gb" });
    assert.deepEqual(more, []);
    assert.equal(fault?.path, "budget");
    assert.match(fault?.problem ?? "", /^\$90\.00 a month is \$20\.00 more than the budget of \$70\.00\. /);
    assert.match(
      fault?.fix ?? "",
      /^pulumi config set --path 'hosts\.ocr\.size' s-2vcpu-4gb --stack staging \(or, .*budget\.acceptedUsd' 90 .*budget\.exceededBecause' WHY /,
    );
  });

  test("of production is refused above what is accepted, though a reason is there", () => {
    const [fault] = faultsOf("prod", { "hosts.ocr.size": "s-8vcpu-16gb" });
    assert.match(
      fault?.problem ?? "",
      /^\$158\.00 a month is \$33\.00 more than the \$125\.00 accepted above /,
    );
    assert.match(fault?.fix ?? "", /^pulumi config set --path 'hosts\.ocr\.size' s-4vcpu-8gb --stack prod/);
  });

  test("is accepted with an amount and a reason, and by neither alone", () => {
    const plan = { "hosts.ocr.size": "s-4vcpu-8gb" };
    const reason = { "budget.exceededBecause": "Load is tested this week." };
    assert.ok(load("staging", { ...plan, ...reason, "budget.acceptedUsd": 90 }));
    assert.deepEqual(
      faultsOf("staging", { ...plan, ...reason }).map(({ path }) => path),
      ["budget.acceptedUsd"],
    );
    assert.deepEqual(
      faultsOf("staging", { ...plan, "budget.acceptedUsd": 90 }).map(({ path }) => path),
      ["budget"],
    );
  });

  test("says so when no smaller size gets back under", () => {
    const [fault] = faultsOf("prod", { "budget.monthlyUsd": 20, "budget.acceptedUsd": 21 });
    assert.match(fault?.problem ?? "", /No smaller size .* something has to go\.$/);
    assert.match(fault?.fix ?? "", /^pulumi config set --path 'budget\.acceptedUsd' 110 --stack prod$/);
  });
});

suite("the cheapest change", () => {
  const sizes = (plan: ReturnType<typeof cheaper>) =>
    Object.fromEntries((plan?.settings ?? []).map(({ path, to }) => [path, to]));

  test("gives up the least capacity that saves enough", () => {
    // An eighth core and 8 GiB would save more than is asked for: half of that is enough.
    const wide = { "hosts.ocr.size": "s-8vcpu-16gb" };
    assert.deepEqual(sizes(cheaper("prod", 10, wide)), { "hosts.ocr.size": "s-4vcpu-16gb-amd" });
    assert.deepEqual(sizes(cheaper("prod", 48, wide)), { "hosts.ocr.size": "s-4vcpu-8gb" });
  });

  test("may be several where one is too little", () => {
    const edits = { "services.mcp.size": "apps-s-1vcpu-2gb", "services.superset.size": "apps-s-1vcpu-2gb" };
    const plan = cheaper("staging", 33, edits);
    assert.deepEqual(sizes(plan), {
      "services.superset.size": "apps-s-1vcpu-1gb-fixed",
      "services.mcp.size": "apps-s-1vcpu-0.5gb",
    });
    assert.equal(plan?.savesUsd, 35);
  });

  test("keeps what services need, disks that are stated, and regions", () => {
    // erp's disk of 120 GiB fits on nothing smaller, and ocr's services on nothing smaller than this.
    assert.deepEqual(sizes(cheaper("prod", 38)), {
      "hosts.ocr.size": "s-1vcpu-2gb",
      "services.superset.size": "apps-s-1vcpu-1gb-fixed",
    });
    assert.equal(cheaper("prod", 38.01), undefined);
  });

  test("says for which disk it is possible, since no disk shrinks", () => {
    const plan = cheaper("prod", 48, { "hosts.ocr.size": "s-8vcpu-16gb" });
    assert.match(
      cheaperPlanSentence(plan),
      /^Least in capacity to get back under it: hosts\.ocr\.size s-4vcpu-8gb instead of s-8vcpu-16gb \(-\$48\.00, where its disk is no larger than 160 GiB\)\.$/,
    );
  });

  test("takes a smaller registry only where every repository has room", () => {
    assert.deepEqual(sizes(cheaper("prod", 15, { "registry.tier": "professional" })), {
      "registry.tier": "basic",
    });
  });
});
