import { budgetVerdict } from "../../../config/derive/cost-summary.ts";
import { formatUsd } from "../../../config/derive/money.ts";
import { limitUsd } from "../../../config/derive/monthly-cost.ts";
import type { ReportContents } from "../contents.ts";
import type { Section } from "../document.ts";
import { sectionOf } from "./asked.ts";

/** What the environment costs a month, against its budget. */
export function costs({ bill: asked }: ReportContents): Section {
  return sectionOf({ id: "costs", title: "Costs" }, asked, (bill) => ({
    tone: bill.totalUsd > limitUsd(bill) ? "bad" : "good",
    headline: `${formatUsd(bill.totalUsd)} a month, ${budgetVerdict(bill)}`,
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
      ...(bill.cheaper === undefined ? [] : [{ kind: "words", text: bill.cheaper } as const]),
      { kind: "words", text: "By list price. docs/cost.md has the date and source of every price." },
    ],
  }));
}
