import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  type Pair,
  parseDocument,
  stringify,
  type YAMLMap,
} from "yaml";

/**
 * Edits of a settings file that leave everything else in it as somebody has written it, with comments and spaces as they like. Keys
 * are given by their path below `config`.
 */

const below = (path: readonly string[]) => ["config", ...path];

/** The text with another value. */
export function withValue(text: string, path: readonly string[], value: unknown): string {
  const document = parseDocument(text);
  const node = document.getIn(below(path), true);
  const written = stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
  if (isNode(node) && node.range) {
    const [start, end] = node.range;
    // What takes lines of its own begins behind its key, and ends before the line's end.
    const own = isCollection(node) && node.flow !== true ? text.slice(0, start).trimEnd().length : start;
    const rest = end - (text.slice(start, end).length - text.slice(start, end).trimEnd().length);
    return `${text.slice(0, own)}${own === start ? "" : " "}${written}${text.slice(rest)}`;
  }
  const [last] = path.slice(-1);
  const parent = blockAt(document, path.slice(0, -1));
  const [first] = parent?.items ?? [];
  if (parent === undefined || first === undefined) {
    document.setIn(below(path), document.createNode(value, { flow: true }));
    return document.toString({ lineWidth: 0 });
  }
  const end = endOfLine(text, endOf(parent.items.at(-1) as Pair));
  const start = startOf(first);
  const indent = text.slice(startOfLine(text, start), start);
  return `${text.slice(0, end)}\n${indent}${last}: ${written}${text.slice(end)}`;
}

/** The text without a key; a section that would be empty goes with it. */
export function withoutKey(text: string, path: readonly string[]): string {
  const document = parseDocument(text);
  if (!document.hasIn(below(path))) return text;
  const parent = document.getIn(below(path.slice(0, -1)), true);
  if (path.length > 1 && isMap(parent) && parent.items.length === 1)
    return withoutKey(text, path.slice(0, -1));
  const pair = blockAt(document, path.slice(0, -1))?.items.find(
    ({ key }) => isScalar(key) && key.value === path.at(-1),
  );
  if (pair !== undefined)
    return `${text.slice(0, startOfLine(text, startOf(pair)))}${text.slice(endOfLine(text, endOf(pair)) + 1)}`;
  document.deleteIn(below(path));
  return document.toString({ lineWidth: 0 });
}

/** A section that is written with a line for each key. */
function blockAt(document: Document, path: readonly string[]): YAMLMap | undefined {
  const node = document.getIn(below(path), true);
  return isMap(node) && node.flow !== true ? node : undefined;
}

function startOf({ key }: Pair): number {
  return isNode(key) ? (key.range?.[0] ?? 0) : 0;
}

function endOf({ key, value }: Pair): number {
  const node = isNode(value) ? value : key;
  return isNode(node) ? (node.range?.[1] ?? 0) : 0;
}

function startOfLine(text: string, position: number): number {
  return text.lastIndexOf("\n", position - 1) + 1;
}

/** Where the line ends that a value ends in; what takes lines of its own ends behind the last of them. */
function endOfLine(text: string, position: number): number {
  const end = text.indexOf("\n", position - 1);
  return end === -1 ? text.length : end;
}
