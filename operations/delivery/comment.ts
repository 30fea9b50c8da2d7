import { budgetVerdict } from "../../config/derive/cost-summary.ts";
import { formatDelta, formatUsd } from "../../config/derive/money.ts";
import { type ClassedChange, countOf, lossesOf } from "../changes/classed.ts";
import type { Holds } from "../changes/holdings.ts";
import { reasonsIn } from "../changes/preview.ts";
import { type ComparedBill, lineChange } from "../cost/comparison.ts";
import type { Assessment } from "./assessment.ts";

/** What a comment tells. */
export interface CommentContent {
  readonly assessment: Assessment;
  readonly bill: ComparedBill;
  readonly against: string | undefined;
  /** Mermaid; undefined where nothing changes. */
  readonly diagram: string | undefined;
  readonly commit: string;
}

/** Stands in a comment where the address of the whole picture comes in, once it is known. */
const pictureAddress = "{{picture}}";

/** The line by which the comment of an environment is found again, to be updated in place. */
function commentMark(environment: string): string {
  return `<!-- insightpulse review: ${environment} -->`;
}

const titles: Readonly<Record<Holds, string>> = {
  data: "Hold data",
  rebuildable: "Rebuildable",
  nothing: "Stateless",
};

/** Rows for each class: GitHub takes no comment over 65536 characters. */
const mostRows = 100;

/** What a pull request would do to an environment, as GitHub's Markdown. */
export function reviewComment(content: CommentContent): string {
  const { assessment, commit } = content;
  const { environment, preview, changes, changeSet } = assessment;
  return [
    commentMark(environment),
    `## ${environment}: ${preview.succeeded ? headline(changes) : "refused"}`,
    ...(preview.succeeded ? [] : [refusal(assessment)]),
    ...(["data", "rebuildable", "nothing"] as const).flatMap((holds) =>
      section(
        holds,
        changes.filter((change) => change.holds === holds),
      ),
    ),
    policy(assessment),
    cost(content),
    ...picture(content),
    ...notes(preview.warnings),
    changeSet === undefined
      ? "Nothing of this can be delivered as it is."
      : `Change set \`${changeSet.digest}\`: what is applied after the merge must have this digest, or nothing is.`,
    `<sub>Commit ${commit}. This comment is written anew at every push.</sub>`,
  ].join("\n\n");
}

function headline(changes: readonly ClassedChange[]): string {
  const count = countOf(changes);
  const losses = lossesOf(changes).length;
  return losses === 0 ? count : `${count}, **${losses} with loss of data**`;
}

function refusal({ preview }: Assessment): string {
  const reasons = reasonsIn(preview.errors).map((message) => `> ${message.replaceAll("\n", "\n> ")}`);
  return reasons.join("\n>\n") || "The preview failed.";
}

function section(holds: Holds, changes: readonly ClassedChange[]): string[] {
  if (changes.length === 0) return [];
  const rows = changes
    .slice(0, mostRows)
    .map(({ effect, name, type, differences, loss }) =>
      row(effect, `\`${name}\``, type.split(":").at(-1) ?? "", differences.join(", "), loss ?? ""),
    );
  const more = changes.length > mostRows ? [`and ${changes.length - mostRows} more`] : [];
  const table = [
    row("", "resource", "type", "differs in", "with it goes"),
    row("---", "---", "---", "---", "---"),
    ...rows,
    ...more,
  ];
  const opening = holds === "data" ? "<details open>" : "<details>";
  return [
    `${opening}<summary>${titles[holds]}: ${changes.length}</summary>\n\n${table.join("\n")}\n\n</details>`,
  ];
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
}

function policy({ preview: { findings } }: Assessment): string {
  if (findings.length === 0) return "**Policy**: every rule holds.";
  const lines = findings.map(
    ({ rule, message, isMandatory }) =>
      `- ${isMandatory ? "**refused**" : "advice"} by \`${rule}\`: ${message.replaceAll("\n", " ")}`,
  );
  return ["**Policy**:", ...lines].join("\n");
}

function cost({ bill, against }: CommentContent): string {
  const delta = bill.deltaUsd === undefined ? "" : `, ${formatDelta(bill.deltaUsd)} against ${against}`;
  const lines = bill.lines
    .map((line) => ({ line, change: lineChange(line) }))
    .filter(({ change }) => change !== "")
    .map(({ line, change }) => `- ${line.item}: ${formatUsd(line.monthlyUsd)}, ${change}`);
  const removed = bill.removed.map(
    ({ item, monthlyUsd }) => `- ${item}: ${formatDelta(-monthlyUsd)} (removed)`,
  );
  const total = `**Cost**: ${formatUsd(bill.totalUsd)} a month by list price${delta}; ${budgetVerdict(bill)}.`;
  return [total, ...lines, ...removed].join("\n");
}

function picture({ diagram }: CommentContent): string[] {
  const link = `[The whole graph as a picture](${pictureAddress})`;
  if (diagram === undefined) return [link];
  return [
    `<details open><summary>What changes, and what stands beside it</summary>\n\n\`\`\`mermaid\n${diagram}\n\`\`\`\n\n${link}\n\n</details>`,
  ];
}

function notes(warnings: readonly string[]): string[] {
  if (warnings.length === 0) return [];
  const lines = warnings.map((warning) => `- ${warning.replaceAll("\n", " ")}`);
  return [`<details><summary>Warnings: ${warnings.length}</summary>\n\n${lines.join("\n")}\n\n</details>`];
}

/** The same comment with the address of the picture, or without a link where there is none. */
export function withPicture(comment: string, address: string | undefined): string {
  if (address !== undefined) return comment.replaceAll(pictureAddress, address);
  return comment.replaceAll(/\[([^\]]*)\]\(\{\{picture\}\}\)\n*/g, "");
}
