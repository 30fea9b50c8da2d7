import { drills } from "./list.ts";
import { type DrillRecord, inWords } from "./records.ts";

const [width, margin, labelWidth, rowHeight, plotHeight] = [960, 24, 300, 104, 64];
const plotLeft = margin + labelWidth;
const plotWidth = width - plotLeft - margin - 60;
/** A backup is taken every night: no more than this can be lost. Seconds. */
const longestLossSeconds = 24 * 3600;
/** Runs that are shown of each drill, the newest. */
const shownRuns = 24;

/** Every drill over time as an SVG: what was measured, what is allowed for the real cloud, the limit, and what was lost. */
export function drillsChart(records: readonly DrillRecord[]): string {
  const height = 2 * margin + 56 + drills.length * rowHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    '<title id="title">How long it took to recover from each rehearsed disaster, over time, against its limit</title>',
    style,
    `<rect class="page" width="${width}" height="${height}"/>`,
    text(margin, margin + 12, "heading", "Minutes from the fault until everything was back, of each run"),
    text(
      margin,
      margin + 34,
      "detail",
      "dark: measured in the sandbox; pale: allowed for the real cloud; dashed: the limit; dots: what was lost, of 24 h",
    ),
    ...drills.flatMap(({ name, title, limitMinutes }, index) => {
      const own = records.filter(({ drill }) => drill === name).slice(-shownRuns);
      return row(margin + 56 + index * rowHeight, { name, title, limitMinutes }, own);
    }),
    "</svg>",
    "",
  ].join("\n");
}

interface Named {
  readonly name: string;
  readonly title: string;
  readonly limitMinutes: number;
}

function row(top: number, { name, title, limitMinutes }: Named, records: readonly DrillRecord[]): string[] {
  const bottom = top + plotHeight + 8;
  const limitTop = bottom - plotHeight;
  const last = records.at(-1);
  const said =
    last === undefined ? "not held yet" : `last ${inWords(last.seconds.total)} on ${last.at.slice(0, 10)}`;
  return [
    text(margin, top + 24, "name", name),
    text(margin, top + 42, "detail", title),
    text(margin, top + 60, "detail", said),
    `<path class="axis" d="M${plotLeft} ${bottom} h${plotWidth}"/>`,
    `<path class="limit" d="M${plotLeft} ${limitTop} h${plotWidth}"/>`,
    text(plotLeft + plotWidth + 8, limitTop + 4, "detail", `${limitMinutes} min`),
    ...records.map((record, index) => run(record, index, bottom)),
  ];
}

function run(
  { at, seconds, allowanceMinutes, limitMinutes, lostSeconds, holds }: DrillRecord,
  index: number,
  bottom: number,
): string {
  const step = plotWidth / shownRuns;
  const x = plotLeft + index * step + 4;
  const high = (minutes: number) => Math.max(Math.min(minutes / limitMinutes, 1.15) * plotHeight, 1);
  const [measured, allowed] = [high(seconds.total / 60), allowanceMinutes === 0 ? 0 : high(allowanceMinutes)];
  const bar = (kind: string, y: number, tall: number) =>
    `<rect class="${kind}" x="${x.toFixed(1)}" y="${(y - tall).toFixed(1)}" width="${(step - 8).toFixed(1)}" height="${tall.toFixed(1)}"/>`;
  const lost =
    lostSeconds === null
      ? ""
      : `<circle class="lost" cx="${(x + step / 2 - 4).toFixed(1)}" cy="${(bottom - Math.min(lostSeconds / longestLossSeconds, 1) * plotHeight).toFixed(1)}" r="3"/>`;
  const words = `${at}: ${inWords(seconds.total)}${lostSeconds === null ? "" : `, lost ${inWords(lostSeconds)}`}`;
  return [
    `<g><title>${words}</title>`,
    bar(holds ? "holds" : "exceeds", bottom, measured),
    ...(allowed === 0 ? [] : [bar("allowed", bottom - measured, allowed)]),
    ...(lost === "" ? [] : [lost]),
    "</g>",
  ].join("\n");
}

function text(x: number, y: number, kind: "heading" | "name" | "detail", words: string): string {
  const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<text class="${kind}" x="${x}" y="${y}">${escaped}</text>`;
}

/** Colours and letters, by day and by night. */
const style = `<style>
  text { font-family: system-ui, sans-serif; fill: #1b2733; }
  .heading { font-size: 15px; font-weight: 600; }
  .name { font-size: 12.5px; font-weight: 600; }
  .detail { font-size: 12px; }
  .page { fill: #ffffff; }
  .holds { fill: #2b7a6b; }
  .exceeds { fill: #b3362b; }
  .allowed { fill: #b9d8d0; }
  .lost { fill: #c98a1b; }
  .axis { fill: none; stroke: #8a97a3; stroke-width: 1; }
  .limit { fill: none; stroke: #1b2733; stroke-width: 1.5; stroke-dasharray: 4 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .page { fill: #0d1117; }
    .holds { fill: #4fb3a0; }
    .exceeds { fill: #f0776c; }
    .allowed { fill: #24473f; }
    .limit { stroke: #e6edf3; }
  }
</style>`;
