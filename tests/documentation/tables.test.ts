import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { filesOf, textOf } from "./pages.ts";

/** What is wrong with the tables of a page, by line: GitHub shows as text what has no line of dashes, and drops cells too many. */
function faultsIn(markdown: string): string[] {
  let width: number | undefined;
  return markdown.split("\n").flatMap((line, index, lines) => {
    if (!line.startsWith("|")) {
      width = undefined;
      return [];
    }
    const cells = cellsOf(line);
    if (width !== undefined) return cells === width ? [] : [`${index + 1}: ${cells} cells, not ${width}`];
    width = cells;
    const dashes = lines[index + 1] ?? "";
    if (!/^\|(?: *:?-+:? *\|)+$/.test(dashes)) return [`${index + 1}: a table without a line of dashes`];
    return [];
  });
}

/** A bar with a backslash before it is none, in code too. */
function cellsOf(row: string): number {
  return row.trim().replace(/\\\|/g, "").slice(1, -1).split("|").length;
}

suite("every table of every page is one", () => {
  for (const page of filesOf(".md")) test(page, () => assert.deepEqual(faultsIn(textOf(page)), []));

  test("a row of another width and a row that stands alone are named", () => {
    assert.deepEqual(faultsIn("| a | b |\n| --- | --- |\n| `x | y` | z |\n\n| alone | row |\n"), [
      "3: 3 cells, not 2",
      "5: a table without a line of dashes",
    ]);
    assert.deepEqual(faultsIn("| a | b |\n| --- | --- |\n| `x \\| y` | z |\n"), []);
  });
});
