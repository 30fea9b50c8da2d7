import type { PolicyResource } from "@pulumi/policy";
import type { CostOutput } from "../../config/derive/cost-summary.ts";
import { formatUsd } from "../../config/derive/money.ts";
import { dropletSizes } from "../../config/tables/droplet-sizes.ts";
import { volumeGib } from "../../config/tables/prices.ts";
import { isLasting } from "../lasting-stacks.ts";
import { known, type RefuseResource, stackRule } from "../rule.ts";
import { acknowledged, ofType, outputOf } from "../stack.ts";
import { types } from "../types.ts";

const name = "costs-are-within-budget";

/**
 * The program refuses settings over the budget itself, with the cheapest change that gets back under. This looks at what
 * is declared: a size that stands in no settings is on no bill.
 */
export const costsAreWithinBudget = stackRule({
  name,
  description:
    "Every size that is declared is on the bill, and the bill within the budget, or within what is accepted with a reason.",
  check: (resources, refuse) => {
    const [stack] = ofType(resources, types.stack);
    const bill = outputOf(resources, "monthlyCost") as CostOutput | undefined;
    if (stack === undefined || (bill === undefined && !isLasting(stack.urn))) return;
    if (bill === undefined) {
      refuse(stack, "it says nothing of what it costs.", "Export monthlyCost from index.ts.");
      return;
    }
    if (bill.overBudgetUsd > 0 && acknowledged(resources, name) === undefined)
      refuse(
        stack,
        `${formatUsd(bill.totalUsd)} a month is ${formatUsd(bill.overBudgetUsd)} over its budget.`,
        "`./scripts/ops cost` says what gets back under; or set budget.acceptedUsd and budget.exceededBecause.",
      );
    for (const { prefix, type, price } of priced)
      checkBilled({ prefix, type, price }, resources, bill, refuse);
  },
});

interface Priced {
  /** How lines of the bill begin that are about it. */
  readonly prefix: string;
  readonly type: string;
  readonly price: (props: PolicyResource["props"]) => number;
}

/** Apps that are left as they were found have sizes of their own, which no table has: they are left out. */
const priced: readonly Priced[] = [
  {
    prefix: "host ",
    type: types.droplet,
    price: ({ size }) => dropletSizes[size]?.monthlyUsd ?? Number.POSITIVE_INFINITY,
  },
  { prefix: "volume ", type: types.volume, price: ({ size }) => size * volumeGib.monthlyUsd },
];

function checkBilled(
  { prefix, type, price }: Priced,
  resources: readonly PolicyResource[],
  { lines }: CostOutput,
  refuse: RefuseResource,
): void {
  const billed = Object.entries(lines).filter(([item]) => item.startsWith(prefix));
  let left = billed.reduce((sum, [, usd]) => sum + usd, 0);
  for (const resource of ofType(resources, type)) {
    const usd = known(() => price(resource.props)) ?? 0;
    left -= usd;
    // Amounts on the bill are whole cents.
    if (left >= -0.01) continue;
    refuse(
      resource,
      `it costs ${Number.isFinite(usd) ? formatUsd(usd) : "an unknown amount"} a month that is on no bill.`,
      "Declare it in the settings (hosts, volumes), with a size of config/tables/.",
    );
  }
}
