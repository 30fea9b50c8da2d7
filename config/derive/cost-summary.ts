import { formatUsd } from "./money.ts";
import type { MonthlyCost } from "./monthly-cost.ts";

/** One sentence on a bill, for every preview and update. */
export function costSentence(bill: MonthlyCost): string {
  const { environment, totalUsd } = bill;
  return `${environment} costs ${formatUsd(totalUsd)} a month by list price: ${budgetVerdict(bill)}.`;
}

/** How a bill stands to its budget, in words. */
export function budgetVerdict({ budgetUsd, overBudgetUsd, exceededBecause }: MonthlyCost): string {
  const budget = `the budget of ${formatUsd(budgetUsd)}`;
  if (overBudgetUsd <= 0) {
    return overBudgetUsd === 0 ? `exactly ${budget}` : `${formatUsd(-overBudgetUsd)} below ${budget}`;
  }
  const reason = exceededBecause?.replace(/\.$/, "");
  const accepted =
    reason === undefined ? "not accepted: budget.exceededBecause is not set" : `accepted: ${reason}`;
  return `${formatUsd(overBudgetUsd)} over ${budget} (${accepted})`;
}

/** A bill as an output of the stack: lines by name, so that the engine shows what a change costs line by line. */
export interface CostOutput {
  readonly totalUsd: number;
  readonly budgetUsd: number;
  readonly overBudgetUsd: number;
  readonly lines: Readonly<Record<string, number>>;
}

/** Makes the output. */
export function costOutput({ totalUsd, budgetUsd, overBudgetUsd, lines }: MonthlyCost): CostOutput {
  const amounts = Object.fromEntries(lines.map(({ item, monthlyUsd }) => [item, monthlyUsd]));
  return { totalUsd, budgetUsd, overBudgetUsd, lines: amounts };
}
