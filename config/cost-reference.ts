import type { Configuration } from "./configuration.ts";
import { type CostExclusion, costExclusions } from "./derive/cost-exclusions.ts";
import { budgetVerdict } from "./derive/cost-summary.ts";
import { formatDelta, formatUsd, roundUsd } from "./derive/money.ts";
import { type MonthlyCost, monthlyCost } from "./derive/monthly-cost.ts";
import { allPrices } from "./tables/all-prices.ts";
import { inventoryUsd } from "./tables/inventory.ts";
import type { Certainty, Evidence } from "./tables/price.ts";

/** The page on costs as Markdown, made from the price tables and the settings of the environments. */
export function costReference(prod: Configuration, others: readonly Configuration[]): string {
  const billOf = (configuration: Configuration) => monthlyCost(configuration.resolvedServices, configuration);
  const prodBill = billOf(prod);
  const otherBills = others.map(billOf);
  return `${[
    "# What it costs",
    "",
    "<!-- Made by ./scripts/write-references from config/tables/ and Pulumi.<environment>.yaml. -->",
    "",
    "By list price in USD a month, without taxes. `./scripts/ops cost` prints the same for the settings as they are, and",
    "`./scripts/ops cost --against main` what a change of them costs. Every preview says the total.",
    "",
    ...accountTable([prodBill, ...otherBills]),
    ...[prodBill, ...otherBills].flatMap(billSection),
    ...inventorySection(prodBill, otherBills),
    ...exclusionSection(costExclusions(prod.resolvedServices, prod)),
    ...priceSection(),
  ].join("\n")}\n`;
}

function accountTable(bills: readonly MonthlyCost[]): string[] {
  const sum = roundUsd(bills.reduce((total, { totalUsd }) => total + totalUsd, 0));
  return table(
    ["environment", "a month", "budget"],
    [
      ...bills.map((bill) => [bill.environment, formatUsd(bill.totalUsd), budgetVerdict(bill)]),
      ["**the account**", `**${formatUsd(sum)}**`, ""],
    ],
  );
}

function billSection({ environment, lines, totalUsd }: MonthlyCost): string[] {
  return [
    "",
    `## ${environment}`,
    "",
    ...table(
      ["line", "what", "a month", "note"],
      [
        ...lines.map(({ item, detail, monthlyUsd, note }) => [
          item,
          detail,
          formatUsd(monthlyUsd),
          note ?? "",
        ]),
        ["**total**", "", `**${formatUsd(totalUsd)}**`, ""],
      ],
    ),
  ];
}

function inventorySection(prod: MonthlyCost, others: readonly MonthlyCost[]): string[] {
  const inventorySum = Object.values(inventoryUsd).reduce((sum, usd) => sum + usd, 0);
  const inventory = formatUsd(inventorySum).replace(/\.00$/, "");
  const rows = prod.lines.map(({ item, detail, monthlyUsd }) => {
    const counted = inventoryUsd[item];
    return [
      `${item}, ${detail}`,
      counted === undefined ? "not in it" : formatUsd(counted),
      formatUsd(monthlyUsd),
      difference(monthlyUsd - (counted ?? 0)),
    ];
  });
  const bill = formatUsd(prod.totalUsd);
  return [
    "",
    `## The inventory's ${inventory} and what it leaves out`,
    "",
    "The owner's inventory counts four things of production. What is billed for production as it is described:",
    "",
    ...table(
      ["line", "inventory", "bill", "difference"],
      [
        ...rows,
        [
          "**total**",
          `**${formatUsd(inventorySum)}**`,
          `**${bill}**`,
          `**${difference(prod.totalUsd - inventorySum)}**`,
        ],
      ],
    ),
    "",
    ...others.map(
      ({ environment, totalUsd }) =>
        `The inventory has no ${environment} either, which adds ${formatUsd(totalUsd)}.`,
    ),
  ];
}

function difference(usd: number): string {
  return roundUsd(usd) === 0 ? "" : formatDelta(roundUsd(usd));
}

function exclusionSection(exclusions: readonly CostExclusion[]): string[] {
  return [
    "",
    "## What is on no bill above",
    "",
    "Production again: what may come on top, and what one would add.",
    "",
    ...table(
      ["what", "adds a month", "because", "price as of"],
      exclusions.map(({ item, monthlyUsd, per, reason, evidence }) => [
        item,
        monthlyUsd === undefined
          ? "unknown"
          : `${formatUsd(monthlyUsd)}${per === undefined ? "" : ` for each ${per}`}`,
        reason,
        evidence === undefined ? "" : link(evidence),
      ]),
    ),
  ];
}

const certaintyWords: Readonly<Record<Certainty, string>> = {
  vendor: "the vendor says so",
  quoted: "public lists quote the vendor",
  unconfirmed: "not confirmed",
};

function priceSection(): string[] {
  return [
    "",
    "## Prices",
    "",
    "Date and source of every price. `not confirmed` means that neither the vendor's own page nor a list that quotes it was",
    "read: look it up there before relying on it. GPU droplets are billed by the hour; their month has 730.",
    "",
    ...table(
      ["price of", "a month", "as of", "how sure"],
      allPrices().map(({ of, amount, evidence }) => [
        of,
        amount,
        link(evidence),
        certaintyWords[evidence.certainty],
      ]),
    ),
  ];
}

function link({ asOf, source }: Evidence): string {
  return `[${asOf}](${source})`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
