import type { Asked } from "../../doctor/gathered.ts";
import type { HistoryLine } from "../../watch/history.ts";
import type { ReportContents } from "../contents.ts";
import type { Block } from "../document.ts";

/** What is known of one thing of one kind, such as the pages of Odoo. */
export interface Course {
  readonly what: string;
  readonly kind: string;
  /** By day, one line for each day that has one, the oldest first. */
  readonly lines: readonly HistoryLine[];
}

/** Courses of the kinds that are wanted, in alphabetical order. */
export function coursesOf(lines: readonly HistoryLine[], isWanted: (kind: string) => boolean): Course[] {
  const wanted = lines.filter(({ kind }) => isWanted(kind));
  return [...Map.groupBy(wanted, ({ what, kind }) => `${what} ${kind}`)]
    .sort(([one], [other]) => one.localeCompare(other))
    .flatMap(([, group]) => {
      const [first] = group;
      if (first === undefined) return [];
      const inOrder = group.toSorted((one, other) => one.day.localeCompare(other.day));
      return [{ what: first.what, kind: first.kind, lines: inOrder }];
    });
}

/** Every day from the first to the last of these, as 2026-11-25: a day on which nobody watched is a gap in a curve. */
export function daysOf(lines: readonly Pick<HistoryLine, "day">[]): string[] {
  const days = lines.map(({ day }) => day).sort();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const count = Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000) + 1;
  return Array.from({ length: count }, (_, day) =>
    new Date(Date.parse(first) + day * 86_400_000).toISOString().slice(0, 10),
  );
}

/** A value for each of these days; of several on one day the worst, and null where there is none. */
export function byDay(
  days: readonly string[],
  { lines }: Course,
  value: (line: HistoryLine) => number | undefined,
  worst: (...values: number[]) => number,
): (number | null)[] {
  const known = Map.groupBy(lines, ({ day }) => day);
  return days.map((day) => {
    const values = (known.get(day) ?? []).map(value).filter((one) => one !== undefined);
    return values.length === 0 ? null : worst(...values);
  });
}

/** The lines of all hosts that tell them, and a block for each that does not. */
export function linesOf(histories: Readonly<Record<string, Asked<readonly HistoryLine[]>>>): {
  readonly lines: HistoryLine[];
  readonly silent: Block[];
} {
  const all = Object.entries(histories);
  return {
    lines: all.flatMap(([, told]) => ("answer" in told ? told.answer : [])),
    silent: all.flatMap(([host, told]) =>
      "answer" in told
        ? []
        : [{ kind: "words", tone: "unknown", text: `${host} could not be asked: ${told.unasked}` } as const],
    ),
  };
}

/** How far back a report looks, and where more is to be had. */
export function backTold({ days, environment }: Pick<ReportContents, "days" | "environment">): Block {
  const words = `The last ${days} days, as far as the hosts' watch has kept them; today so far as it goes.`;
  return { kind: "words", text: `${words} ./scripts/ops latency ${environment} has the same as text.` };
}
