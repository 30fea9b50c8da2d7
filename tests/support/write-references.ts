import { writeFileSync } from "node:fs";
import { references } from "./references.ts";

for (const [file, content] of Object.entries(references())) {
  writeFileSync(new URL(`../../docs/${file}`, import.meta.url), content);
  console.log(`docs/${file} is up to date`);
}
