import type { Explanation } from "./explain.ts";

const begin = "<!-- from sandbox/comparison/explained.ts by ./scripts/write-references -->";
const end = "<!-- end -->";

/** A document with the reasons of all explanations between its two marks. */
export function withKnownDifferences(document: string, explanations: readonly Explanation[]): string {
  const [before, rest, ...more] = document.split(begin);
  const after = rest?.split(end).slice(1).join(end);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`the document must hold "${begin}" once, and "${end}" after it`);
  const reasons = [...new Set(explanations.map(({ why }) => why))];
  return `${before}${begin}\n\n${reasons.map((why) => wrapped(`- ${why}`)).join("\n")}\n\n${end}${after}`;
}

const width = 120;

/** An item of a list in lines that a person can read. */
function wrapped(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length + 1 <= width)
      lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(line === undefined ? word : `  ${word}`);
  }
  return lines.join("\n");
}
