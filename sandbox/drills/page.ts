import { drills } from "./list.ts";
import { type DrillRecord, inWords, lastOf } from "./records.ts";

/**
 * The page about all drills: what each does, how it went last, and what the figures mean.
 *
 * @param explained the words below the tables
 */
export function drillsPage(records: readonly DrillRecord[], explained: string): string {
  return [
    "# Drills",
    "",
    "<!-- Made by ./scripts/sandbox drill NAME --write; the words below the tables are sandbox/drills/explanation.md. -->",
    "",
    "![How long each disaster took, over time, against its limit](drills.svg)",
    "",
    "| drill | last held | back after | and for the real cloud | limit | written before the fault and lost |",
    "| --- | --- | --- | --- | --- | --- |",
    ...drills.map(({ name, limitMinutes, allowance }) => {
      const last = lastOf(records, name);
      const measured = last
        ? [
            last.at.slice(0, 10),
            took(last),
            last.lostSeconds === null ? "nothing" : inWords(last.lostSeconds),
          ]
        : ["not yet", "", ""];
      const [date, total, lost] = measured;
      return `| \`${name}\` | ${date} | ${total} | ${allowance.minutes} min | ${limitMinutes} min | ${lost} |`;
    }),
    "",
    ...drills.flatMap(({ name, title, does, pages, endsWhen, allowance }) => [
      `**${title}** (\`${name}\`). The fault: ${does}. What is followed: ${pages.map((page) => `[${page}](runbooks/${page})`).join(", ")}.`,
      `The clock stops when ${endsWhen}. ${allowance.minutes} min are allowed for ${allowance.for}.`,
      ...foundLines(lastOf(records, name)),
      "",
    ]),
    explained,
  ].join("\n");
}

function took({ seconds, holds }: DrillRecord): string {
  const { seen, runbook, verified, total } = seconds;
  const parts = `seen ${inWords(seen)}, runbook ${inWords(runbook)}, verified ${inWords(verified)}`;
  return `${inWords(total)} (${parts})${holds ? "" : ": **broken**"}`;
}

function foundLines(record: DrillRecord | undefined): string[] {
  return record === undefined ? [] : [`Last seen at its end: ${record.found}.`];
}
