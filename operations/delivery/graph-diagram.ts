import { colours, type GraphNode, type ResourceGraph, stakeOf } from "./graph.ts";

/** GitHub draws no larger diagram in a comment. */
const mostNodes = 60;

/**
 * What changes, and what it stands beside, as a Mermaid diagram; undefined where nothing changes. The picture has the whole graph.
 */
export function graphDiagram({ nodes, edges }: ResourceGraph): string | undefined {
  const changed = nodes.filter(({ changes }) => changes.length > 0);
  if (changed.length === 0) return undefined;
  const ids = new Set(changed.map(({ urn }) => urn));
  // What they rest on, and what rests on them, tells how far a change reaches.
  const near = new Set(edges.flatMap(([from, to]) => (ids.has(from) || ids.has(to) ? [from, to] : [])));
  const others = nodes.filter(({ urn }) => near.has(urn) && !ids.has(urn));
  const shown = [...changed, ...others].slice(0, mostNodes);
  const name = new Map(shown.map(({ urn }, index) => [urn, `n${index}`]));
  const classes = Object.entries(colours).map(
    ([word, [fill, stroke]]) => `  classDef ${className(word)} fill:${fill},stroke:${stroke},color:#1f2328`,
  );
  return [
    "flowchart LR",
    ...classes,
    ...shown.map((node) => `  ${name.get(node.urn)}["${label(node)}"]:::${className(stakeOf(node))}`),
    ...edges.flatMap(([from, to]) => {
      const [start, end] = [name.get(to), name.get(from)];
      return start === undefined || end === undefined ? [] : [`  ${start} --> ${end}`];
    }),
  ].join("\n");
}

function label({ name, kind, changes }: GraphNode): string {
  const counts = Map.groupBy(changes, ({ effect }) => effect);
  const said = [...counts].map(([effect, those]) => `${those.length} ${effect}`).join(", ");
  return [name, kind, said]
    .filter((text) => text !== "")
    .map(mermaidText)
    .join("<br>");
}

/** A text as Mermaid shows it: what it takes for its own syntax is written as an entity. */
export function mermaidText(text: string): string {
  return text.replace(/[^A-Za-z0-9 ,.:_-]/g, (character) => `#${character.charCodeAt(0)};`);
}

function className(word: string): string {
  return word.replaceAll(" ", "-");
}
