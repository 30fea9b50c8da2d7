import type { CheaperPlan } from "./cheaper-plan.ts";
import { formatUsd } from "./money.ts";
import { limitUsd, type MonthlyCost } from "./monthly-cost.ts";

/** One sentence on a bill, for every preview and update. */
export function costSentence(bill: MonthlyCost): string {
  const { environment, totalUsd } = bill;
  return `${environment} costs ${formatUsd(totalUsd)} a month by list price: ${budgetVerdict(bill)}.`;
}

/** How a bill stands to its budget, in words. */
export function budgetVerdict(bill: MonthlyCost): string {
  const { totalUsd, budgetUsd, overBudgetUsd, accepted } = bill;
  const budget = `the budget of ${formatUsd(budgetUsd)}`;
  if (overBudgetUsd <= 0) {
    return overBudgetUsd === 0 ? `exactly ${budget}` : `${formatUsd(-overBudgetUsd)} below ${budget}`;
  }
  const verdict =
    accepted === undefined
      ? "not accepted: budget.acceptedUsd and budget.exceededBecause are not set"
      : totalUsd > limitUsd(bill)
        ? `not accepted: ${formatUsd(accepted.usd)} is`
        : `accepted: ${accepted.because.replace(/\.$/, "")}`;
  return `${formatUsd(overBudgetUsd)} over ${budget} (${verdict})`;
}

/** A cheaper plan in words: every setting with what it saves, and what must be true for it. */
export function cheaperPlanSentence(plan: CheaperPlan | undefined): string {
  if (plan === undefined)
    return "No smaller size of a host, an app or the registry gets back under it; something has to go.";
  const settings = plan.settings.map(
    ({ path, from, to, savesUsd, condition }) =>
      `${path} ${to} instead of ${from} (${formatUsd(-savesUsd)}${condition ? `, where ${condition}` : ""})`,
  );
  return `Least in capacity to get back under it: ${settings.join(" and ")}.`;
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
