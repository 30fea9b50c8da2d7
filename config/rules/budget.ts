import { cheaperPlan } from "../derive/cheaper-plan.ts";
import { cheaperPlanSentence } from "../derive/cost-summary.ts";
import { formatUsd, roundUsd } from "../derive/money.ts";
import { limitUsd, type MonthlyCost, monthlyCost, type PricedSettings } from "../derive/monthly-cost.ts";
import { type Fault, setCommand } from "../fault.ts";
import { type ResolvedService, resolveServices } from "../resolve.ts";
import { rule } from "./rule.ts";

/** An environment costs no more than its budget, or than what somebody has accepted above it, with a reason. */
export const budget = rule(
  ["environment", "domain", "hosts", "services", "volumes", "registry", "budget"],
  (settings, { stack, catalogue }) => {
    const { acceptedUsd, exceededBecause } = settings.budget;
    if (acceptedUsd === undefined && exceededBecause !== undefined) return [reasonWithoutAmount(stack)];
    const services = resolveServices(catalogue, settings);
    const bill = priced(services, settings);
    if (bill === undefined || bill.totalUsd <= limitUsd(bill)) return [];
    const over = roundUsd(bill.totalUsd - limitUsd(bill));
    const cheaper = cheaperPlan(services, settings, over);
    const accept = setCommand("budget.acceptedUsd", bill.totalUsd, stack);
    const reason = setCommand("budget.exceededBecause", "WHY", stack);
    const acknowledge = exceededBecause === undefined ? `${accept} && ${reason}` : accept;
    return [
      {
        path: "budget",
        problem:
          `${formatUsd(bill.totalUsd)} a month is ${formatUsd(over)} more than ${limitInWords(bill)}. ` +
          cheaperPlanSentence(cheaper),
        allowed: `${formatUsd(limitUsd(bill))}, or more where budget.acceptedUsd and budget.exceededBecause say so`,
        fix:
          cheaper === undefined
            ? acknowledge
            : `${cheaper.settings.map(({ path, to }) => setCommand(path, to, stack)).join(" && ")} (or, if it is meant: ${acknowledge})`,
      },
    ];
  },
);

function limitInWords({ budgetUsd, accepted }: MonthlyCost): string {
  const budget = `the budget of ${formatUsd(budgetUsd)}`;
  return accepted === undefined ? budget : `the ${formatUsd(accepted.usd)} accepted above ${budget}`;
}

function reasonWithoutAmount(stack: string): Fault {
  return {
    path: "budget.acceptedUsd",
    problem: "is missing: a reason alone accepts no amount.",
    allowed: "what the environment may cost a month beside its budget",
    fix: setCommand("budget.acceptedUsd", "USD", stack),
  };
}

/** The bill; undefined where a size is in no table, which is another rule's fault to name. */
function priced(services: readonly ResolvedService[], settings: PricedSettings): MonthlyCost | undefined {
  try {
    return monthlyCost(services, settings);
  } catch {
    return undefined;
  }
}
