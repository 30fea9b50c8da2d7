import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { costExclusions } from "../../config/derive/cost-exclusions.ts";
import { costOutput, costSentence } from "../../config/derive/cost-summary.ts";
import { formatDelta, formatUsd } from "../../config/derive/money.ts";
import { type MonthlyCost, monthlyCost } from "../../config/derive/monthly-cost.ts";
import { loadConfiguration } from "../../config/load.ts";
import { allPrices } from "../../config/tables/all-prices.ts";
import { appSizes } from "../../config/tables/app-sizes.ts";
import { dropletSizes } from "../../config/tables/droplet-sizes.ts";
import { inventoryUsd } from "../../config/tables/inventory.ts";
import * as prices from "../../config/tables/prices.ts";
import { readStackFile, setPath } from "../support/stack-file.ts";

function load(stack: string, edits: Readonly<Record<string, unknown>> = {}) {
  const source = readStackFile(stack);
  for (const [key, value] of Object.entries(edits)) setPath(source.values, key, value);
  return loadConfiguration(source);
}

function billOf(stack: string, edits: Readonly<Record<string, unknown>> = {}): MonthlyCost {
  const config = load(stack, edits);
  return monthlyCost(config.resolvedServices, config);
}

function amounts({ lines }: MonthlyCost): Record<string, number> {
  return Object.fromEntries(lines.map(({ item, monthlyUsd }) => [item, monthlyUsd]));
}

suite("price tables", () => {
  const listed = allPrices();

  test("every price has a day or month that has been, a page of the vendor, and says how sure it is", () => {
    for (const { of, evidence } of listed) {
      const { asOf, source, certainty } = evidence;
      assert.match(asOf, /^\d{4}-\d{2}(-\d{2})?$/, of);
      const date = new Date(asOf);
      assert.ok(date.toISOString().startsWith(asOf), `${of}: ${asOf} is no day of the calendar`);
      assert.ok(date <= new Date(), `${of}: ${asOf} is still to come`);
      const { protocol, hostname } = new URL(source);
      assert.equal(protocol, "https:", of);
      assert.match(hostname, /^((www|docs)\.digitalocean|supabase)\.com$/, of);
      assert.ok(["vendor", "quoted", "unconfirmed"].includes(certainty), of);
    }
  });

  test("the list of all prices leaves none out", () => {
    const isRow = (value: object) => "monthlyUsd" in value || "share" in value;
    const rows = [
      ...[...Object.values(dropletSizes), ...Object.values(appSizes)],
      ...Object.values(prices).flatMap((table) => (isRow(table) ? [table] : Object.values(table))),
    ];
    assert.ok(rows.every((row) => isRow(row)));
    assert.deepEqual(
      rows.filter((row) => !listed.some(({ evidence }) => (evidence as object) === row)),
      [],
    );
    assert.equal(listed.length, rows.length);
  });

  test("GPU droplets are priced for the hours of a month", () => {
    assert.equal(dropletSizes["gpu-4000adax1-20gb"]?.monthlyUsd, 555);
    assert.equal(dropletSizes["gpu-h100x1-80gb"]?.monthlyUsd, 2475);
  });
});

suite("the bill", () => {
  test("of prod, line by line, over the budget and accepted", () => {
    const bill = billOf("prod");
    assert.deepEqual(amounts(bill), {
      "host erp": 24,
      "host ocr": 48,
      "app superset": 12,
      "app mcp": 5,
      "volume odoobo-backup": 10,
      Spaces: 5,
      "container registry fin-workspace": 0,
      "uptime checks": 6,
    });
    assert.equal(bill.totalUsd, 110);
    assert.match(bill.lines[0]?.note ?? "", /120 GiB/);
    assert.match(
      costSentence(bill),
      /^prod costs \$110\.00 a month by list price: \$28\.00 over the budget of \$82\.00 \(accepted: The owner's \$82 .*\)\.$/,
    );
  });

  test("of staging stays within its budget and shares what the account pays once", () => {
    const bill = billOf("staging");
    assert.equal(amounts(bill).Spaces, 0);
    assert.equal(amounts(bill)["uptime checks"], 7);
    assert.equal(
      costSentence(bill),
      "staging costs $66.00 a month by list price: $4.00 below the budget of $70.00.",
    );
  });

  test("says when more than the budget was not accepted, or not as much", () => {
    const bill = billOf("staging");
    const over = { ...bill, budgetUsd: 60, overBudgetUsd: 6 };
    assert.match(
      costSentence(over),
      /\$6\.00 over the budget of \$60\.00 \(not accepted: budget\.acceptedUsd and budget\.exceededBecause are not set\)\.$/,
    );
    const accepted = { usd: 65, because: "It is only for a week." };
    assert.match(costSentence({ ...over, accepted }), /\(not accepted: \$65\.00 is\)\.$/);
    assert.match(
      costSentence({ ...over, accepted: { ...accepted, usd: 66 } }),
      /\(accepted: It is only for a week\)\.$/,
    );
    assert.match(
      costSentence(billOf("staging", { "budget.monthlyUsd": 66 })),
      /: exactly the budget of \$66\.00\.$/,
    );
  });

  test("follows the settings: a size, backups, a volume, a tier, a service that is off", () => {
    const changed = amounts(
      billOf("prod", {
        "hosts.ocr.size": "s-8vcpu-16gb",
        "hosts.erp.backups": true,
        "volumes.odoobo-backup.sizeGib": 250,
        "registry.tier": "basic",
        "services.agent": { enabled: false },
        "budget.acceptedUsd": 2000,
      }),
    );
    assert.equal(changed["host ocr"], 96);
    assert.equal(changed["backups of host erp"], 4.8);
    assert.equal(changed["volume odoobo-backup"], 25);
    assert.equal(changed["container registry fin-workspace"], 5);
    assert.equal(changed["uptime checks"], 5);
  });

  test("as an output has every line under a name of its own", () => {
    for (const stack of ["prod", "staging"]) {
      const bill = billOf(stack);
      const { lines, totalUsd } = costOutput(bill);
      assert.equal(Object.keys(lines).length, bill.lines.length);
      assert.equal(
        Object.values(lines).reduce((sum, usd) => sum + usd, 0),
        totalUsd,
      );
    }
  });
});

suite("what is left out", () => {
  test("the inventory's sum is prod's budget, and each of its lines is on the bill", () => {
    const { budgetUsd, lines } = billOf("prod");
    assert.equal(
      Object.values(inventoryUsd).reduce((sum, usd) => sum + usd, 0),
      budgetUsd,
    );
    const items = lines.map(({ item }) => item);
    assert.deepEqual(
      Object.keys(inventoryUsd).filter((item) => !items.includes(item)),
      [],
    );
  });

  test("of prod's bill, with what each would add", () => {
    const prod = load("prod");
    const added = Object.fromEntries(
      costExclusions(prod.resolvedServices, prod).map(({ item, monthlyUsd, per }) => [
        item,
        per === undefined ? monthlyUsd : `${monthlyUsd} a ${per}`,
      ]),
    );
    assert.deepEqual(added, {
      "Supabase Pro": 25,
      "container registry, basic": 5,
      "app superset on apps-s-1vcpu-2gb": 13,
      "app mcp on apps-s-1vcpu-1gb-fixed": 5,
      "weekly droplet backups": 14.4,
      "daily droplet backups": 21.6,
      "host erp rebuilt on s-2vcpu-4gb-120gb-intel": 8,
      "host ocr with a GPU, gpu-4000adax1-20gb": 507,
      "a reserved IP without a droplet": "5 a address",
      snapshots: "0.06 a GiB",
      "Spaces beyond 250 GiB": "0.02 a GiB",
      "traffic beyond what is included": "0.01 a GiB",
      "AI models of the agent": undefined,
      "the domain's registration": undefined,
      taxes: undefined,
    });
  });

  test("what is chosen is no longer left out", () => {
    const chosen = load("prod", {
      "hosts.erp.backups": true,
      "hosts.ocr.backups": true,
      "registry.tier": "basic",
      "budget.acceptedUsd": 200,
    });
    const items = costExclusions(chosen.resolvedServices, chosen).map(({ item }) => item);
    assert.deepEqual(
      items.filter((item) => /backups|registry/.test(item)),
      [],
    );
  });
});

test("amounts as people write them", () => {
  assert.deepEqual([110, 4.8, -28].map(formatUsd), ["$110.00", "$4.80", "-$28.00"]);
  assert.deepEqual([48, -2, 0].map(formatDelta), ["+$48.00", "-$2.00", "no change"]);
});
