import type { ReportContents } from "../contents.ts";
import { curve } from "../curve.ts";
import type { Curve, Section } from "../document.ts";
import { type DrillRecord, lastDrills } from "../drills.ts";
import { counted, minuteOf, sectionOf } from "./asked.ts";
import { daysOf } from "./history.ts";

/** The last drill of each kind of disaster, and how long each took over time, against its limit. */
export function drills({ drills: asked }: ReportContents): Section {
  return sectionOf({ id: "drills", title: "Last drills" }, asked, (held) => {
    const records = lastDrills(held);
    const late = records.filter(({ holds }) => !holds).length;
    return {
      tone: records.length === 0 ? "unknown" : late > 0 ? "bad" : "good",
      headline:
        records.length === 0
          ? "none was held yet"
          : late > 0
            ? `${late} of ${records.length} took longer than allowed`
            : `${counted(records.length, "drill")}, all within their limits`,
      blocks: [
        { kind: "curves", curves: records.map(({ drill }) => courseOf(drill, held)) },
        {
          kind: "table",
          head: ["disaster", "held (UTC)", "took", "limit", "lost", "what was seen afterwards"],
          right: new Set([2, 3, 4]),
          rows: records.map(({ drill, at, seconds, limitMinutes, lostSeconds, holds, found }) => [
            ...[drill, minuteOf(at)],
            { text: span(seconds.total), tone: holds ? "good" : "bad" } as const,
            `${limitMinutes} min`,
            lostSeconds === null ? "nothing" : span(lostSeconds),
            found,
          ]),
        },
        {
          kind: "words",
          text: "Held on the sandbox's production. docs/drills.md says what was allowed for a real cloud's slowness.",
        },
      ],
    };
  });
}

/** Minutes by day; of several drills on one day the slowest. */
function courseOf(drill: string, held: readonly DrillRecord[]): Curve {
  const own = held
    .filter((record) => record.drill === drill)
    .map((record) => ({ ...record, day: record.at.slice(0, 10) }));
  const limitMinutes = own[0]?.limitMinutes ?? 0;
  const days = daysOf(own);
  const slowest = (minutes: (record: DrillRecord) => number) =>
    days.map((day) => {
      const values = own.filter((record) => record.day === day).map(minutes);
      return values.length === 0 ? null : Math.max(...values);
    });
  const measured = slowest(({ seconds }) => seconds.total / 60);
  const withAllowance = slowest(({ seconds, allowanceMinutes }) => seconds.total / 60 + allowanceMinutes);
  return {
    title: drill,
    tone: own[0]?.holds ? "good" : "bad",
    picture: curve({
      ...{ title: `Minutes until ${drill} was over, over time, against its limit`, days, scale: "linear" },
      ...{ range: [0, limitMinutes * 1.25], target: limitMinutes },
      lines: [
        { name: "sandbox", values: measured },
        { name: "cloud", values: withAllowance },
      ],
      written: (value) => `${Math.round(value)} min`,
    }),
  };
}

function span(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
