import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { reportMonthlyCost } from "../../components/report-monthly-cost.ts";

const page = {
  asOf: "2026-08",
  source: "https://www.digitalocean.com/pricing",
  certainty: "vendor",
} as const;
const bill = {
  environment: "staging",
  lines: [{ item: "host erp", detail: "s-2vcpu-2gb", monthlyUsd: 18, ...page }],
  totalUsd: 18,
  budgetUsd: 20,
  overBudgetUsd: -2,
};

test("within the budget the total is mentioned, above it warned of; once either way", (context) => {
  // Without an engine to tell, messages go to the console.
  const mentioned = mock.method(console, "log", () => {});
  const warned = mock.method(console, "warn", () => {});
  context.after(() => mock.restoreAll());

  assert.deepEqual(reportMonthlyCost(bill).lines, { "host erp": 18 });
  assert.deepEqual([mentioned.mock.callCount(), warned.mock.callCount()], [1, 0]);
  assert.match(String(mentioned.mock.calls[0]?.arguments[0]), /staging costs \$18\.00 a month/);

  reportMonthlyCost({ ...bill, budgetUsd: 10, overBudgetUsd: 8 });
  assert.deepEqual([mentioned.mock.callCount(), warned.mock.callCount()], [1, 1]);
  assert.match(String(warned.mock.calls[0]?.arguments[0]), /\$8\.00 over the budget of \$10\.00/);
});
