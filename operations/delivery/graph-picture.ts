import { Graph, layout } from "@dagrejs/dagre";
import { colours, type GraphNode, type ResourceGraph, stakeOf } from "./graph.ts";

const character = 7;
const lineHeight = 17;
const padding = 10;
/** Changes named in one box; the rest are counted. */
const shownChanges = 8;
const margin = 20;
const legendHeight = 30;

interface Placed {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The whole graph as an SVG: a box for each component, coloured by what is most at stake in it. */
export function graphPicture(title: string, { nodes, edges }: ResourceGraph): string {
  const graph = new Graph({ directed: true });
  graph.setGraph({ rankdir: "LR", nodesep: 16, ranksep: 70, marginx: margin, marginy: margin });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.urn, sizeOf(linesOf(node)));
  for (const [from, to] of edges) graph.setEdge(to, from);
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const lines = graph.edges().map((edge: { v: string; w: string }) => {
    const { points } = graph.edge(edge) as { points: { x: number; y: number }[] };
    const path = points.map(({ x, y }) => `${round(x)},${round(y)}`).join(" ");
    return `<polyline points="${path}" fill="none" stroke="#8c959f" marker-end="url(#end)"/>`;
  });
  const boxes = nodes.map((node) => box(node, graph.node(node.urn) as unknown as Placed));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${round(height + legendHeight)}" width="${round(width)}" height="${round(height + legendHeight)}" font-family="ui-monospace, monospace" font-size="12">
<title>${escaped(title)}</title>
<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#8c959f"/></marker></defs>
<rect width="100%" height="100%" fill="#ffffff"/>
${[...lines, ...boxes, legend(height)].join("\n")}
</svg>
`;
}

function linesOf({ kind, name, resources, changes }: GraphNode): string[] {
  const more = changes.length - shownChanges;
  return [
    `${name} (${kind})`,
    ...changes.slice(0, shownChanges).map((change) => `${change.effect}: ${change.name}`),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(changes.length === 0 && resources > 1 ? [`${resources} resources, as they are`] : []),
  ];
}

function sizeOf(lines: readonly string[]): { width: number; height: number } {
  const longest = Math.max(...lines.map((line) => line.length));
  return { width: longest * character + 2 * padding, height: lines.length * lineHeight + 2 * padding };
}

function box(node: GraphNode, { x, y, width, height }: Placed): string {
  const [fill, stroke] = colours[stakeOf(node)];
  const [left, top] = [x - width / 2, y - height / 2];
  const texts = linesOf(node).map((line, index) => {
    const weight = index === 0 ? ' font-weight="bold"' : "";
    const baseline = top + padding + 12 + index * lineHeight;
    return `<text x="${round(left + padding)}" y="${round(baseline)}"${weight}>${escaped(line)}</text>`;
  });
  const frame = `<rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" rx="4" fill="${fill}" stroke="${stroke}"/>`;
  return `<g>${[frame, ...texts].join("")}</g>`;
}

function legend(top: number): string {
  let left = margin;
  return Object.entries(colours)
    .map(([word, [fill, stroke]]) => {
      const x = left;
      left += word.length * character + 40;
      return `<rect x="${x}" y="${round(top)}" width="14" height="14" fill="${fill}" stroke="${stroke}"/><text x="${x + 20}" y="${round(top + 12)}">${word}</text>`;
    })
    .join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
