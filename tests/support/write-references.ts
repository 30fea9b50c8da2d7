import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { explanations } from "../../sandbox/comparison/explained.ts";
import { withKnownDifferences } from "../../sandbox/comparison/known-differences.ts";
import { drillReferences } from "../../sandbox/drills/write.ts";
import { moveReferences } from "../moves/figures.ts";
import { references } from "./references.ts";

for (const [file, content] of Object.entries(references())) {
  writeFileSync(new URL(`../../docs/${file}`, import.meta.url), content);
  console.log(`docs/${file} is up to date`);
}

const root = new URL("../../", import.meta.url);
for (const [path, content] of Object.entries({
  ...drillReferences(fileURLToPath(root)),
  ...moveReferences(),
})) {
  writeFileSync(new URL(path, root), content);
  console.log(`${path} is up to date`);
}

const readme = new URL("../../sandbox/providers/README.md", import.meta.url);
writeFileSync(readme, withKnownDifferences(readFileSync(readme, "utf8"), explanations));
console.log("sandbox/providers/README.md is up to date");
