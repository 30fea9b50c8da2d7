import type { ReportContents } from "../contents.ts";
import type { Section } from "../document.ts";
import { counted, minuteOf, sectionOf } from "./asked.ts";

/** The last drill of each kind of disaster. */
export function drills({ drills: asked }: ReportContents): Section {
  return sectionOf({ id: "drills", title: "Last drills" }, asked, (records) => {
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

function span(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
