import { formatDelta, roundUsd } from "../../config/derive/money.ts";
import type { CostLine } from "../../config/derive/monthly-cost.ts";
import type { Bill } from "./bills.ts";

/** One line of a bill, and what it was before. */
export interface ComparedLine extends CostLine {
  /** Null where it was not on the bill before; left out where nothing is compared. */
  readonly before?: { readonly detail: string; readonly monthlyUsd: number } | null;
}

/** A bill, and how it differs from an earlier one. */
export interface ComparedBill extends Omit<Bill, "lines"> {
  readonly lines: readonly ComparedLine[];
  /** Lines that were on the bill before and are no more. */
  readonly removed: readonly CostLine[];
  /** Null where the environment did not exist before; left out where nothing is compared. */
  readonly beforeUsd?: number | null;
  readonly deltaUsd?: number;
}

/**
 * Puts a bill beside an earlier one, line by line.
 *
 * @param before the earlier bill; null when the environment did not exist, undefined when nothing is compared
 */
export function compareBills(bill: Bill, before: Bill | null | undefined): ComparedBill {
  if (before === undefined) return { ...bill, removed: [] };
  const earlier = new Map(before?.lines.map((line) => [line.item, line]));
  const items = new Set(bill.lines.map(({ item }) => item));
  return {
    ...bill,
    lines: bill.lines.map((line) => ({ ...line, before: shortened(earlier.get(line.item)) })),
    removed: [...earlier.values()].filter(({ item }) => !items.has(item)),
    beforeUsd: before?.totalUsd ?? null,
    deltaUsd: roundUsd(bill.totalUsd - (before?.totalUsd ?? 0)),
  };
}

function shortened(line: CostLine | undefined): NonNullable<ComparedLine["before"]> | null {
  return line === undefined ? null : { detail: line.detail, monthlyUsd: line.monthlyUsd };
}

/** What became of a line, in words; empty where nothing did. */
export function lineChange({ detail, monthlyUsd, before }: ComparedLine): string {
  if (before === undefined) return "";
  if (before === null) return `${formatDelta(monthlyUsd)} (new)`;
  if (before.monthlyUsd === monthlyUsd && before.detail === detail) return "";
  const was = before.detail === detail ? "" : ` (was ${before.detail})`;
  return `${formatDelta(roundUsd(monthlyUsd - before.monthlyUsd))}${was}`;
}

/** The sum of several bills. */
export function sumOf(bills: readonly ComparedBill[]): { totalUsd: number; deltaUsd?: number } {
  const sum = (amounts: readonly number[]) => roundUsd(amounts.reduce((total, usd) => total + usd, 0));
  const totalUsd = sum(bills.map((bill) => bill.totalUsd));
  const deltas = bills.map(({ deltaUsd }) => deltaUsd).filter((usd) => usd !== undefined);
  return deltas.length === 0 ? { totalUsd } : { totalUsd, deltaUsd: sum(deltas) };
}
