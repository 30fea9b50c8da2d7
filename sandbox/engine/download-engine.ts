/**
 * Program of its own, so that it can be given up: `node download-engine.ts FOLDER VERSION` puts the engine and the
 * language hosts that belong to it into FOLDER/bin with the vendor's installer.
 */
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { parse } from "semver";

const [root, text] = process.argv.slice(2);
const version = parse(text);
if (!root || !version) {
  console.error("usage: node download-engine.ts FOLDER VERSION");
  process.exit(2);
}
try {
  await PulumiCommand.install({ root, version });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
