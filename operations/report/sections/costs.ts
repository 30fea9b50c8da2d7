import { budgetVerdict } from "../../../config/derive/cost-summary.ts";
import { formatUsd } from "../../../config/derive/money.ts";
import { limitUsd } from "../../../config/derive/monthly-cost.ts";
import type { Bill } from "../../cost/bills.ts";
import type { ReportContents } from "../contents.ts";
import type { Section } from "../document.ts";
import { sectionOf } from "./asked.ts";

/** What the environment costs a month, against its budget. */
export function costs({ bill: asked }: ReportContents): Section {
  return sectionOf({ id: "costs", title: "Costs" }, asked, (bill) => ({
    tone: bill.totalUsd > limitUsd(bill) ? "bad" : "good",
    headline: headlineOf(bill),
    blocks: [
      {
        kind: "table",
        head: ["what", "size", "a month", "remark"],
        right: new Set([2]),
        rows: [
          ...bill.lines.map(({ item, detail, monthlyUsd, note = "" }) => [
            ...[item, detail, formatUsd(monthlyUsd), note],
          ]),
          ["total", "", formatUsd(bill.totalUsd), ""],
        ],
      },
      { kind: "words", text: `The total is ${budgetVerdict(bill)}.` },
      ...(bill.cheaper === undefined ? [] : [{ kind: "words", text: bill.cheaper } as const]),
      { kind: "words", text: "By list price. docs/cost.md has the date and source of every price." },
    ],
  }));
}

/** In short: why more than the budget is accepted takes a sentence or two. */
function headlineOf(bill: Bill): string {
  const { totalUsd, overBudgetUsd } = bill;
  const total = `${formatUsd(totalUsd)} a month`;
  if (overBudgetUsd <= 0) return `${total}, within the budget`;
  return `${total}, over the budget and ${totalUsd > limitUsd(bill) ? "not accepted" : "accepted"}`;
}
