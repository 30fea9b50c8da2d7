import type { Figure } from "./benchmark.ts";
import { withUnit } from "./report.ts";

export const [width, margin, labelWidth, rowHeight] = [960, 24, 330, 26];
const barsLeft = margin + labelWidth;
const barsWidth = width - barsLeft - margin - 220;

/** The figures as an SVG: each limit and how much of it is used, and what a preview's time is made of. */
export function chart(figures: readonly Figure[]): string {
  const limits = limitRows(figures.filter(({ limit }) => limit !== null));
  const parts = partRows(figures);
  const height = 2 * margin + 60 + (limits.length + parts.length) * rowHeight + 40;
  const second = margin + 30 + limits.length * rowHeight + 40;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    '<title id="title">Measured figures, their limits, and what a preview is made of</title>',
    style,
    `<rect class="page" width="${width}" height="${height}"/>`,
    text(margin, margin + 12, "heading", "How much of each limit is used"),
    ...limits.map((row, index) => row(margin + 30 + index * rowHeight)),
    `<path class="limit" d="M${barsLeft + barsWidth} ${margin + 24} v${limits.length * rowHeight + 4}"/>`,
    text(margin, second, "heading", "What a preview's time is made of, in milliseconds"),
    ...parts.map((row, index) => row(second + 18 + index * rowHeight)),
    "</svg>",
    "",
  ].join("\n");
}

type Row = (top: number) => string;

function limitRows(figures: readonly Figure[]): Row[] {
  return figures.map(({ name, value, unit, limit, bound, holds }) => (top) => {
    const used = bound === undefined ? value / (limit ?? value) : (limit ?? value) / value;
    const share = Math.min(used, 1.15);
    const words = `${withUnit(value, unit)} of ${bound ?? "at most"} ${withUnit(limit ?? 0, unit)}`;
    return bar({ top, name, words, left: 0, share, kind: holds ? "holds" : "exceeds" });
  });
}

/** Parts follow each other, so each bar begins where the one before it ends: a waterfall. */
function partRows(figures: readonly Figure[]): Row[] {
  const parts = figures.flatMap(({ name, value }) => {
    const found = /^part of (?<whole>.*) preview: (?<part>.*)$/.exec(name)?.groups;
    return found ? [{ whole: found.whole ?? "", name: found.part ?? "", value }] : [];
  });
  const wholes = [...new Set(parts.map(({ whole }) => whole))];
  const sums = wholes.map((whole) => sum(parts.filter((part) => part.whole === whole)));
  const scale = Math.max(...sums, 1);
  return wholes.flatMap((whole) => {
    const own = parts.filter((part) => part.whole === whole);
    const rows = own.map(({ name, value }, index): Row => {
      const left = sum(own.slice(0, index)) / scale;
      return (top) => bar({ top, name, words: String(value), left, share: value / scale, kind: "part" });
    });
    return [(top: number) => text(margin, top + 16, "name", `${whole} preview: ${sum(own)} ms`), ...rows];
  });
}

const sum = (parts: readonly { value: number }[]) => parts.reduce((total, { value }) => total + value, 0);

export interface Bar {
  readonly top: number;
  readonly name: string;
  readonly words: string;
  /** Where it begins and how long it is, as a share of the room for bars. */
  readonly left: number;
  readonly share: number;
  readonly kind: "holds" | "exceeds" | "part";
}

/** Draws one bar with what it means on its left and its value on its right. */
export function bar({ top, name, words, left, share, kind }: Bar): string {
  const [from, long] = [barsLeft + left * barsWidth, Math.max(share * barsWidth, 1)];
  return [
    text(margin, top + 15, "detail", name),
    `<rect class="${kind}" x="${from.toFixed(1)}" y="${top + 4}" width="${long.toFixed(1)}" height="${rowHeight - 10}" rx="3"/>`,
    text(from + long + 8, top + 15, "detail", words),
  ].join("\n");
}

/** A line of words. */
export function text(x: number, y: number, kind: "heading" | "name" | "detail", words: string): string {
  const escaped = words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<text class="${kind}" x="${x.toFixed(1)}" y="${y}">${escaped}</text>`;
}

/** Colours and letters, by day and by night. */
export const style = `<style>
  text { font-family: system-ui, sans-serif; fill: #1b2733; }
  .heading { font-size: 15px; font-weight: 600; }
  .name { font-size: 12.5px; font-weight: 600; }
  .detail { font-size: 12px; }
  .page { fill: #ffffff; }
  .holds { fill: #2b7a6b; }
  .exceeds { fill: #b3362b; }
  .part { fill: #5b87b5; }
  .limit { fill: none; stroke: #1b2733; stroke-width: 1.5; stroke-dasharray: 4 3; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .page { fill: #0d1117; }
    .holds { fill: #4fb3a0; }
    .exceeds { fill: #f0776c; }
    .limit { stroke: #e6edf3; }
  }
</style>`;
