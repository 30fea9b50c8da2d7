import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drillsChart } from "./chart.ts";
import { drillsPage } from "./page.ts";
import { withProofLine } from "./proof-line.ts";
import { type DrillRecord, readRecords } from "./records.ts";
import { runbooks } from "./run.ts";

const recordsFile = "docs/drills.json";

/** Adds a result to docs/drills.json, and makes everything anew that is made of it. */
export function writeDrills(root: string, record: DrillRecord): void {
  const file = join(root, recordsFile);
  writeFileSync(file, `${JSON.stringify([...readRecords(file), record], null, 2)}\n`);
  for (const [path, content] of Object.entries(drillReferences(root)))
    writeFileSync(join(root, path), content);
}

/** Files of the repository that say how drills went, by path, each with what must stand in it. */
export function drillReferences(root: string): Record<string, string> {
  const records = readRecords(join(root, recordsFile));
  const explained = readFileSync(join(import.meta.dirname, "explanation.md"), "utf8");
  const pages = readdirSync(join(root, runbooks)).filter((name) => name.endsWith(".md"));
  return {
    "docs/drills.md": drillsPage(records, explained),
    "docs/drills.svg": drillsChart(records),
    ...Object.fromEntries(
      pages.map((name) => {
        const path = `${runbooks}/${name}`;
        return [path, withProofLine(readFileSync(join(root, path), "utf8"), records)];
      }),
    ),
  };
}
