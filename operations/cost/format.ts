import { budgetVerdict } from "../../config/derive/cost-summary.ts";
import { formatDelta, formatUsd } from "../../config/derive/money.ts";
import { styled, table } from "../cli/output.ts";
import { type ComparedBill, lineChange, sumOf } from "./comparison.ts";

/**
 * Bills as text for people.
 *
 * @param against name of the revision they are compared with
 */
export function formatBills(bills: readonly ComparedBill[], against: string | undefined): string {
  const blocks = bills.map((bill) => billRows(bill, against));
  const { totalUsd, deltaUsd } = sumOf(bills);
  const together = bills.length > 1 ? [row("all together", "", totalUsd, delta(deltaUsd, against))] : [];
  // One table for all, so that the amounts of every environment stand below each other.
  const lines = table([...blocks.flat(), ...together], new Set([amountColumn]));
  const texts = bills.map((bill, index) => {
    const own = lines.splice(0, blocks[index]?.length);
    const total = styled("bold", own.pop() ?? "");
    const verdict = styled(bill.overBudgetUsd > 0 ? "yellow" : "green", `  ${budgetVerdict(bill)}`);
    const cheaper = bill.cheaper === undefined ? [] : [`  ${bill.cheaper}`];
    return [styled("bold", bill.environment), ...own, total, verdict, ...cheaper].join("\n");
  });
  return [
    ...texts,
    ...lines.map((line) => styled("bold", line)),
    styled("dim", "List prices in USD a month; docs/cost.md has their dates, and what is on no bill."),
  ].join("\n\n");
}

const amountColumn = 2;

function row(item: string, detail: string, usd: number, remark: string): string[] {
  return [`  ${item}`, detail, formatUsd(usd), remark];
}

function billRows(bill: ComparedBill, against: string | undefined): string[][] {
  const lines = bill.lines.map((line) => {
    const remarks = [lineChange(line), line.note ?? ""].filter((text) => text !== "");
    return row(line.item, line.detail, line.monthlyUsd, remarks.join("; "));
  });
  const removed = bill.removed.map(({ item, detail, monthlyUsd }) =>
    row(item, detail, 0, `${formatDelta(-monthlyUsd)} (removed)`),
  );
  const isNew = bill.beforeUsd === null ? `, where ${bill.environment} does not exist` : "";
  return [...lines, ...removed, row("total", "", bill.totalUsd, `${delta(bill.deltaUsd, against)}${isNew}`)];
}

function delta(usd: number | undefined, against: string | undefined): string {
  return usd === undefined ? "" : `${formatDelta(usd)} against ${against}`;
}
