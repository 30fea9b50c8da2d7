import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { blocksOf } from "../../sandbox/drills/runbook.ts";
import { statePaths } from "../../sandbox/engine/paths.ts";
import { visiting } from "../../sandbox/world/inside.ts";
import type { Platform, Said } from "../platform/support.ts";

const root = resolve(import.meta.dirname, "../..");

/**
 * Runs the blocks of a runbook's page that name a test, as printed and in one shell, as an operator does at a computer in the sandbox's
 * network. The first command that fails ends it.
 *
 * @param page name of a file in docs/runbooks
 * @param test path of the test's file below the repository's folder
 */
export function follow(platform: Platform, page: string, test: string): Promise<Said> {
  const blocks = blocksOf(readFileSync(join(root, "docs/runbooks", page), "utf8"));
  const commands = blocks.filter(({ tests }) => tests.includes(test)).flatMap((block) => block.commands);
  const script = ["set -euo pipefail", ...commands].join("\n");
  const known = `OPS_KNOWN_HOSTS=${join(platform.folder, "ops-known-hosts")}`;
  return platform.operate(
    ...visiting({ state: statePaths(platform.folder) }, ["env", known, "bash", "-c", script]),
  );
}
