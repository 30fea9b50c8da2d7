import { escapeMarkup } from "../../config/derive/platform-picture.ts";

/** One line of a picture, by day. */
export interface CurveLine {
  readonly name: string;
  /** A value for each day; null where there is none. */
  readonly values: readonly (number | null)[];
}

/** What is drawn. */
export interface CurveWanted {
  /** What it shows, for whoever does not see it. */
  readonly title: string;
  /** In order, without a gap, as 2026-11-25. */
  readonly days: readonly string[];
  readonly lines: readonly CurveLine[];
  /** What was promised; left out where nothing was. */
  readonly target?: number | undefined;
  /** From the bottom to the top. */
  readonly range: readonly [number, number];
  /**
   * - `linear`: equal distances are equal differences.
   * - `logarithmic`: equal distances are equal ratios; the range is above zero.
   */
  readonly scale: "linear" | "logarithmic";
  /** A value as it is written beside the picture. */
  readonly written: (value: number) => string;
}

const [width, height] = [320, 150];
const [left, right, top, bottom] = [56, 10, 10, 36];
/** Four of them stand beside each other. */
const legendWidth = 64;

/** Values by day as an SVG, with what was promised as a dashed line; its colours are the page's. */
export function curve(wanted: CurveWanted): string {
  const { title, days, lines, target, range, written } = wanted;
  const x = (day: number) =>
    left + (days.length < 2 ? 0.5 : day / (days.length - 1)) * (width - left - right);
  const y = (value: number) => height - bottom - share(value, wanted) * (height - top - bottom);
  const [lowest, highest] = range;
  const labels = target === undefined ? [lowest, highest] : [lowest, target, highest];
  return [
    `<svg class="curve" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<path class="axis" d="M${left} ${top} V${height - bottom} H${width - right}"/>`,
    ...(target === undefined
      ? []
      : [`<path class="target" d="M${left} ${round(y(target))} H${width - right}"/>`]),
    ...apart(labels.map((value) => ({ value, at: y(value) }))).map(({ value, at }) =>
      text(left - 6, at + 4, "end", written(value)),
    ),
    text(left, height - bottom + 14, "start", days[0] ?? ""),
    ...(days.length < 2 ? [] : [text(width - right, height - bottom + 14, "end", days.at(-1) ?? "")]),
    ...lines.flatMap(({ values }, index) => drawn(values, `line${index}`, x, y)),
    ...lines.map(({ name }, index) => legend(index, `line${index}`, name)),
    ...(target === undefined ? [] : [legend(lines.length, "target", "promised")]),
    "</svg>",
  ].join("\n");
}

/** How far up a value is, from 0 to 1; what is beyond the range is at its end. */
function share(value: number, { range: [lowest, highest], scale }: CurveWanted): number {
  const on = (one: number) => (scale === "linear" ? one : Math.log(Math.max(one, lowest)));
  return Math.min(1, Math.max(0, (on(value) - on(lowest)) / (on(highest) - on(lowest))));
}

/** Labels that would stand upon each other are told once: the target's, which comes first in rank. */
function apart(labels: readonly { readonly value: number; readonly at: number }[]) {
  const ranked = labels.length === 3 ? [labels[1], labels[0], labels[2]] : labels;
  const kept: { value: number; at: number }[] = [];
  for (const label of ranked)
    if (label !== undefined && kept.every(({ at }) => Math.abs(at - label.at) > 12)) kept.push(label);
  return kept;
}

/** Days without a value break the line; a day between two of those is a point. */
function drawn(
  values: readonly (number | null)[],
  kind: string,
  x: (day: number) => number,
  y: (value: number) => number,
): string[] {
  const shapes: string[] = [];
  let run: string[] = [];
  const end = () => {
    const [only] = run;
    if (run.length === 1 && only !== undefined) {
      const [cx, cy] = only.split(",");
      shapes.push(`<circle class="${kind}" cx="${cx}" cy="${cy}" r="3"/>`);
    }
    if (run.length > 1) shapes.push(`<polyline class="${kind}" points="${run.join(" ")}"/>`);
    run = [];
  };
  for (const [day, value] of values.entries()) {
    if (value === null) end();
    else run.push(`${round(x(day))},${round(y(value))}`);
  }
  end();
  return shapes;
}

function legend(place: number, kind: string, name: string): string {
  const x = left + place * legendWidth;
  const y = height - 8;
  return `<path class="${kind}" d="M${x} ${y} h16"/>${text(x + 20, y + 4, "start", name)}`;
}

function text(x: number, y: number, anchor: "start" | "end", words: string): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeMarkup(words)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
