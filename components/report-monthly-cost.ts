import * as pulumi from "@pulumi/pulumi";
import { type CostOutput, costOutput, costSentence } from "../config/derive/cost-summary.ts";
import type { MonthlyCost } from "../config/derive/monthly-cost.ts";

/** Says once in every run what the environment costs, as a warning above its budget, and returns it as an output. */
export function reportMonthlyCost(bill: MonthlyCost): CostOutput {
  const tell = bill.overBudgetUsd > 0 ? pulumi.log.warn : pulumi.log.info;
  tell(costSentence(bill));
  return costOutput(bill);
}
