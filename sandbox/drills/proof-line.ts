import { type DrillRecord, inWords, lastOf } from "./records.ts";
import { blocksOf } from "./runbook.ts";

/** How the line begins that says by whom a page's commands are executed. */
const beginning = "*Proven by ";

/**
 * A page with one line under its title that says when its commands were last executed, by what, and how long that took. It is
 * made anew from the blocks and from docs/drills.json; a page nothing executes has none.
 */
export function withProofLine(page: string, records: readonly DrillRecord[]): string {
  const [title = "", ...rest] = page.split("\n");
  const body = rest.filter((line) => !line.startsWith(beginning));
  while (body[0] === "") body.shift();
  const line = proofLine(page, records);
  return [title, "", ...(line === undefined ? [] : [line, ""]), ...body].join("\n");
}

function proofLine(page: string, records: readonly DrillRecord[]): string | undefined {
  const blocks = blocksOf(page);
  const words = [
    ...unique(blocks.flatMap(({ drills }) => drills)).map((drill) => drillWords(drill, records)),
    ...unique(blocks.flatMap(({ tests }) => tests)).map((test) => `\`${test}\``),
  ];
  return words.length === 0 ? undefined : `${beginning}${words.join("; ")}.*`;
}

function drillWords(drill: string, records: readonly DrillRecord[]): string {
  const last = lastOf(records, drill);
  const name = `the drill \`${drill}\``;
  if (last === undefined) return `${name}, which was not recorded yet`;
  const { at, seconds, limitMinutes, holds } = last;
  const words = `${name}, last on ${at.slice(0, 10)}: back after ${inWords(seconds.total)} in the sandbox, of ${limitMinutes} min`;
  return holds ? words : `${words}, which is BROKEN`;
}

const unique = (names: readonly string[]) => [...new Set(names)];
