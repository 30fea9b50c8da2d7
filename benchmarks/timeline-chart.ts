import type { Figure } from "./benchmark.ts";
import { bar, margin, rowHeight, style, text, width } from "./chart.ts";

/** The stages of an up with machines as they went, as an SVG: each bar begins when its stage did. */
export function timelineChart(figures: readonly Figure[]): string {
  const stages = figures.flatMap(({ name, value, startedAt }) =>
    startedAt === undefined ? [] : [{ name: name.replace(/^stage of up: /, ""), value, startedAt }],
  );
  const whole = Math.max(...stages.map(({ startedAt, value }) => startedAt + value), 1);
  const rows = stages.map(({ name, value, startedAt }, index) =>
    bar({
      ...{ top: margin + 30 + index * rowHeight, name, words: `${value} s` },
      ...{ left: startedAt / whole, share: value / whole, kind: "part" },
    }),
  );
  const height = 2 * margin + 30 + rows.length * rowHeight;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">`,
    '<title id="title">Stages of ./scripts/sandbox up prod with machines</title>',
    style,
    `<rect class="page" width="${width}" height="${height}"/>`,
    text(
      margin,
      margin + 12,
      "heading",
      "./scripts/sandbox up prod with machines, until every service is healthy",
    ),
    ...rows,
    "</svg>",
    "",
  ].join("\n");
}
