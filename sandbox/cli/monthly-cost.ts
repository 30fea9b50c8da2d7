import type { Progress } from "../engine/events.ts";
import type { Project } from "../engine/sandbox.ts";

/** What a stack costs a month in USD, and what it cost before the operation; null where it did not exist. */
export interface MonthlyCost {
  readonly beforeUsd: number | null;
  readonly usd: number;
}

/** The cost the program has spoken of in an operation; undefined where it did not. */
export function monthlyCost(project: Project, { stackOutputs }: Progress): MonthlyCost | undefined {
  const usd = stackOutputs && project.monthlyUsdIn?.(stackOutputs.after);
  if (usd === undefined) return undefined;
  return { beforeUsd: project.monthlyUsdIn?.(stackOutputs?.before ?? {}) ?? null, usd };
}

/** The same as a line for people. */
export function costLine({ beforeUsd, usd }: MonthlyCost): string {
  const amount = `$${usd.toFixed(2)} a month by list price`;
  if (beforeUsd === null) return amount;
  const cents = Math.round((usd - beforeUsd) * 100);
  if (cents === 0) return `${amount}, as before`;
  const delta = `${cents > 0 ? "+" : "-"}$${(Math.abs(cents) / 100).toFixed(2)}`;
  return `${amount}: ${delta} against the $${beforeUsd.toFixed(2)} of before`;
}
