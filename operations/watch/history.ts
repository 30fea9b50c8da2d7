import { z } from "zod";

const line = z.object({
  day: z.string(),
  what: z.string(),
  kind: z.string(),
  count: z.number().optional(),
  failed: z.number().optional(),
  p50: z.number().optional(),
  p95: z.number().optional(),
  p99: z.number().optional(),
  percent: z.number().optional(),
  target: z.number().optional(),
  met: z.boolean().optional(),
  /** Why there is no number. */
  unknown: z.string().optional(),
});

/** How one thing fared on one day. */
export type HistoryLine = z.output<typeof line>;

/** The history as a host prints it: one JSON object a line. */
export function readHistory(text: string): HistoryLine[] {
  return text
    .split("\n")
    .filter((one) => one !== "")
    .map((one) => line.parse(JSON.parse(one)));
}

/** All days of one thing together. */
export interface HistorySummary {
  readonly what: string;
  readonly kind: string;
  readonly days: number;
  /** Answers, or looks for `uptime`. */
  readonly count: number;
  /** The worst day's p95 in milliseconds, or the share of looks that found it well. */
  readonly value: number | null;
  readonly target: number | null;
  /** Days on which the target was met. */
  readonly daysMet: number;
  readonly unknown: string | null;
}

/** One summary for each thing and kind, in alphabetical order. */
export function summarise(lines: readonly HistoryLine[]): HistorySummary[] {
  const groups = Map.groupBy(lines, ({ what, kind }) => `${what} ${kind}`);
  return [...groups]
    .sort(([one], [other]) => one.localeCompare(other))
    .flatMap(([, group]) => {
      const [first] = group;
      return first === undefined ? [] : [summaryOf(first, group)];
    });
}

function summaryOf({ what, kind }: HistoryLine, group: readonly HistoryLine[]): HistorySummary {
  const known = group.filter(({ unknown }) => unknown === undefined);
  const count = known.reduce((sum, one) => sum + (one.count ?? 0), 0);
  const worst = Math.max(...known.map(({ p95 }) => p95 ?? 0));
  const well = known.reduce((sum, { percent = 0, count: looks = 0 }) => sum + percent * looks, 0);
  return {
    ...{ what, kind, count },
    days: group.length,
    value: count === 0 ? null : kind === "uptime" ? well / count : worst,
    target: group.at(-1)?.target ?? null,
    daysMet: known.filter(({ met }) => met).length,
    unknown: known.length === 0 ? (group[0]?.unknown ?? null) : null,
  };
}
