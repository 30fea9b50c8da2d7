import type { ReportContents } from "../contents.ts";
import { curve } from "../curve.ts";
import type { Block, Cell, Section, Tone } from "../document.ts";
import { counted, sectionOf } from "./asked.ts";
import { backTold, byDay, type Course, coursesOf, daysOf, linesOf } from "./history.ts";

const percentiles = ["p50", "p95", "p99"] as const;

/** How fast pages, answers to programs and queries were, against what was promised. */
export function latency(contents: ReportContents): Section {
  return sectionOf({ id: "latency", title: "Latency" }, contents.history, (histories) => {
    const { lines, silent } = linesOf(histories);
    const courses = coursesOf(lines, (kind) => kind !== "uptime");
    const missed = courses.filter((course) => toneOf(course) === "bad").length;
    const promised = courses.filter((course) => toneOf(course) === "good").length;
    const blocks: Block[] = [...silent, ...told(courses), backTold(contents)];
    if (missed > 0) return { tone: "bad", headline: `${missed} slower than promised on some day`, blocks };
    if (promised === 0)
      return { tone: "unknown", headline: "nothing that has a promise was measured yet", blocks };
    return silent.length > 0
      ? { tone: "unknown", headline: "not every host could be asked", blocks }
      : { tone: "good", headline: `${counted(promised, "kind")} of answers as fast as promised`, blocks };
  });
}

function told(courses: readonly Course[]): Block[] {
  if (courses.length === 0) return [];
  const days = daysOf(courses.flatMap(({ lines }) => lines));
  return [
    {
      kind: "curves",
      curves: courses
        .filter(({ lines }) => lines.some(({ p95 }) => p95 !== undefined))
        .map((course) => ({
          ...{ title: titleOf(course), tone: toneOf(course), picture: pictureOf(course, days) },
        })),
    },
    {
      kind: "table",
      head: ["service", "what", "answers", "p50", "p95", "p99", "promised", "days kept"],
      right: new Set([2, 3, 4, 5, 6, 7]),
      rows: courses.map(row),
    },
    {
      kind: "words",
      text: "Milliseconds on the worst day. Promised is the p95: so many answers of a hundred are no slower.",
    },
  ];
}

function pictureOf(course: Course, days: readonly string[]): string {
  const lines = percentiles.map((name) => ({
    name,
    values: byDay(days, course, (line) => line[name], Math.max),
  }));
  const target = targetOf(course);
  const highest = Math.max(
    ...[target ?? 0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0))],
  );
  return curve({
    ...{ title: `Times of ${titleOf(course)}, day by day`, days, lines, target },
    // From a millisecond to the next power of ten: what answers in 5 ms and what was promised in 2 s are both seen.
    ...{ scale: "logarithmic", range: [1, 10 ** Math.max(1, Math.ceil(Math.log10(highest)))] },
    written: (value) => (value >= 1000 ? `${value / 1000} s` : `${value} ms`),
  });
}

function row(course: Course): Cell[] {
  const { what, kind, lines } = course;
  const known = lines.filter(({ unknown }) => unknown === undefined);
  const answers = known.reduce((sum, { count = 0 }) => sum + count, 0);
  const worst = (name: (typeof percentiles)[number]) => {
    const values = known.map((line) => line[name]).filter((value) => value !== undefined);
    return values.length === 0 ? "" : Math.max(...values).toFixed(1);
  };
  const target = targetOf(course);
  const [reason] = lines.map(({ unknown }) => unknown).filter((one) => one !== undefined);
  return [
    ...[what, kind, String(answers), worst("p50")],
    known.length === 0
      ? { text: `not known: ${reason}`, tone: "unknown" }
      : { text: worst("p95"), tone: toneOf(course) },
    worst("p99"),
    target === undefined ? "" : String(target),
    target === undefined ? "" : `${known.filter(({ met }) => met).length} of ${known.length}`,
  ];
}

function titleOf({ what, kind }: Course): string {
  return `${what}, ${kind}`;
}

function targetOf({ lines }: Course): number | undefined {
  return lines.findLast(({ target }) => target !== undefined)?.target;
}

/** Files have no promise, and what was not measured keeps none. */
function toneOf(course: Course): Tone {
  const judged = course.lines.filter(({ met }) => met !== undefined);
  if (targetOf(course) === undefined || judged.length === 0) return "unknown";
  return judged.every(({ met }) => met) ? "good" : "bad";
}
