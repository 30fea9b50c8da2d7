import type { ReportContents } from "../contents.ts";
import { curve } from "../curve.ts";
import type { Block, Cell, Section, Tone } from "../document.ts";
import { counted, sectionOf } from "./asked.ts";
import { backTold, byDay, type Course, coursesOf, daysOf, linesOf } from "./history.ts";

/** The range of the curves goes down to what was seen, and no less far than this. */
const lowestShown = 99.5;

/** How often every name has answered, against what was promised. */
export function uptime(contents: ReportContents): Section {
  return sectionOf({ id: "uptime", title: "Uptime" }, contents.history, (histories) => {
    const { lines, silent } = linesOf(histories);
    const courses = coursesOf(lines, (kind) => kind === "uptime");
    const missed = courses.filter((course) => toneOf(course) === "bad").length;
    const blocks: Block[] = [...silent, ...told(courses), backTold(contents)];
    if (courses.length === 0) return { tone: "unknown", headline: "no day was watched yet", blocks };
    if (missed > 0)
      return { tone: "bad", headline: `${counted(missed, "name")} below what was promised`, blocks };
    return silent.length > 0
      ? { tone: "unknown", headline: "not every host could be asked", blocks }
      : { tone: "good", headline: `${counted(courses.length, "name")} as promised`, blocks };
  });
}

function told(courses: readonly Course[]): Block[] {
  if (courses.length === 0) return [];
  const days = daysOf(courses.flatMap(({ lines }) => lines));
  return [
    {
      kind: "curves",
      curves: courses.map((course) => ({
        ...{ title: course.what, tone: toneOf(course), picture: pictureOf(course, days) },
      })),
    },
    {
      kind: "table",
      head: ["service", "days", "looks", "answered", "promised", "days kept"],
      right: new Set([1, 2, 3, 4, 5]),
      rows: courses.map(row),
    },
  ];
}

function pictureOf(course: Course, days: readonly string[]): string {
  const values = byDay(days, course, ({ percent }) => percent, Math.min);
  const lowest = Math.floor(Math.min(lowestShown, ...values.filter((value) => value !== null)) * 2) / 2;
  return curve({
    ...{ title: `Uptime of ${course.what}, day by day`, days, scale: "linear", range: [lowest, 100] },
    ...{ lines: [{ name: "looks", values }], target: targetOf(course) },
    written: (value) => `${value} %`,
  });
}

function row(course: Course): Cell[] {
  const { what, lines } = course;
  const looks = lines.reduce((sum, { count = 0 }) => sum + count, 0);
  const target = targetOf(course);
  return [
    ...[what, String(lines.length), String(looks)],
    { text: `${shareOf(course).toFixed(3)} %`, tone: toneOf(course) },
    target === undefined ? "" : `${target} %`,
    `${lines.filter(({ met }) => met).length} of ${lines.length}`,
  ];
}

/** The share of all looks that found it well: days with few looks weigh little. */
function shareOf({ lines }: Course): number {
  const looks = lines.reduce((sum, { count = 0 }) => sum + count, 0);
  const well = lines.reduce((sum, { count = 0, percent = 0 }) => sum + count * percent, 0);
  return looks === 0 ? 0 : well / looks;
}

function targetOf({ lines }: Course): number | undefined {
  return lines.at(-1)?.target;
}

function toneOf(course: Course): Tone {
  const target = targetOf(course);
  if (target === undefined) return "unknown";
  return shareOf(course) >= target ? "good" : "bad";
}
