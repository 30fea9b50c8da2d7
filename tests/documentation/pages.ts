import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The repository's folder. */
export const root = resolve(import.meta.dirname, "../..");

/** Files of the repository, kept or new, by the ends of their names; what was deleted and not yet committed is not among them. */
export function filesOf(...ends: readonly string[]): string[] {
  const words = ["ls-files", "--cached", "--others", "--exclude-standard", ...ends.map((end) => `*${end}`)];
  const listed = execFileSync("git", words, { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);
  const gone = execFileSync("git", ["ls-files", "--deleted"], { cwd: root, encoding: "utf8" }).split("\n");
  return [...new Set(listed)].filter((file) => !gone.includes(file)).sort();
}

/** What a file of the repository holds. */
export function textOf(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** A place that a page points to. */
export interface Link {
  readonly line: number;
  readonly target: string;
}

/** Every link and picture of a page but those in blocks of code and in code within a line. */
export function linksIn(markdown: string): Link[] {
  return proseOf(markdown).flatMap(({ line, text }) =>
    [...text.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)].map(([, target = ""]) => ({ line, target })),
  );
}

/** Names by which headings of a page are reached, as GitHub makes them. */
export function anchorsIn(markdown: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = proseOf(markdown).flatMap(({ text }) => {
    const heading = /^#{1,6} +(?<words>.*?) *#*$/.exec(text)?.groups?.words;
    if (heading === undefined) return [];
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "").replaceAll(" ", "-");
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return [before === 0 ? slug : `${slug}-${before}`];
  });
  return new Set(anchors);
}

/** The lines outside of blocks of code, with what is code within them taken out of sight of links. */
function proseOf(markdown: string): { line: number; text: string }[] {
  let fence: string | undefined;
  return markdown.split("\n").flatMap((text, index) => {
    const mark = /^ *(?<mark>`{3,}|~{3,})/.exec(text)?.groups?.mark;
    if (mark !== undefined && (fence === undefined || mark.startsWith(fence))) {
      fence = fence === undefined ? mark : undefined;
      return [];
    }
    if (fence !== undefined) return [];
    // A heading keeps its code's words: they are in its anchor.
    return [{ line: index + 1, text: text.startsWith("#") ? text : text.replace(/`[^`]*`/g, "``") }];
  });
}
