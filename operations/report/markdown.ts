import type { Block, Cell, ReportDocument, Section, ToldFinding, Tone } from "./document.ts";
import { minuteOf } from "./sections/asked.ts";

/** GitHub takes no comment over 65536 characters. */
const mostCharacters = 65_000;
const mostRows = 50;

/** Said by their shape too. */
const signs: Readonly<Record<Tone, string>> = { good: "🟢", bad: "🔶", unknown: "⚪" };

/** A report as GitHub's Markdown, for a comment under a pull request. */
export function reportMarkdown({ environment, madeAt, sections }: ReportDocument): string {
  const parts = [
    // By this line the comment of an environment is found again, to be written anew in its place.
    `<!-- insightpulse report: ${environment} -->`,
    `## ${escaped(environment)}: the platform's report`,
    [
      row(["", "section", "in short"]),
      row(["---", "---", "---"]),
      ...sections.map(({ title, tone, headline }) => row([signs[tone], escaped(title), escaped(headline)])),
    ].join("\n"),
    ...sections.map(section),
    `<sub>As seen at ${minuteOf(madeAt)} UTC.</sub>`,
  ];
  const text = parts.join("\n\n");
  if (text.length <= mostCharacters) return `${text}\n`;
  return `${[...parts.slice(0, 3), "The whole does not fit into a comment: `./scripts/ops report --out FILE` has it."].join("\n\n")}\n`;
}

function section({ title, tone, headline, blocks }: Section): string {
  const opening = tone === "good" ? "<details>" : "<details open>";
  const summary = `${signs[tone]} <b>${escaped(title)}</b>: ${escaped(headline)}`;
  return [`${opening}<summary>${summary}</summary>`, ...blocks.flatMap(block), "</details>"].join("\n\n");
}

function block(one: Block): string[] {
  switch (one.kind) {
    case "words":
      return [`${one.tone === undefined ? "" : `${signs[one.tone]} `}${escaped(one.text)}`];
    case "table":
      return [table(one)];
    case "finding":
      return [finding(one.finding)];
    case "picture":
      return [fenced("mermaid", one.diagram)];
    // The table beside them has their numbers.
    case "curves":
      return [];
  }
}

function table({ head, rows, right = new Set() }: Extract<Block, { kind: "table" }>): string {
  const more = rows.length - mostRows;
  return [
    row(head.map(escaped)),
    row(head.map((_, column) => (right.has(column) ? "---:" : "---"))),
    ...rows.slice(0, mostRows).map((cells) => row(cells.map(cell))),
    ...(more > 0 ? ["", `and ${more} more`] : []),
  ].join("\n");
}

function cell(one: Cell): string {
  return typeof one === "string" ? escaped(one) : `${signs[one.tone]} ${escaped(one.text)}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function finding({ title, tone, facts, commands }: ToldFinding): string {
  return [
    `${signs[tone]} **${escaped(title)}**\n`,
    ...facts.map(([name, text]) => `- ${escaped(name)}: ${escaped(text)}`),
    ...(commands.length === 0 ? [] : ["", fenced("sh", commands.join("\n"))]),
  ].join("\n");
}

/** A fence is longer than any in what it holds. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([marks]) => marks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/** A text as GitHub shows it: no markup, on one line; and whoever is named is not called. */
function escaped(text: string): string {
  return text
    .replace(/[\\`*_{}[\]()#+!|~$-]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "@<!-- -->")
    .replace(/\s+/g, " ");
}
