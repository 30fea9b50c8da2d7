import { existsSync } from "node:fs";
import { join } from "node:path";
import { exclusively } from "../../sandbox/engine/engine.ts";
import { makeFolder, removeFolder, writeWhole } from "../../sandbox/engine/files.ts";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { runLong } from "../../sandbox/engine/run.ts";
import type { Report } from "../benchmark.ts";
import { root } from "../rooms.ts";

/** The newest that takes Python 3.11. */
export const ansibleVersion = "2.19.14";

/** The `ansible-playbook` of the user's cache, installed by pip first if need be. Needs Python 3.11 or newer with venv. */
export function obtainAnsible(report: Report): Promise<string> {
  const cache = cacheFolder();
  const folder = join(cache, "ansible", ansibleVersion);
  const installed = join(folder, "installed");
  const options = { cache, projectRoot: root, report, note: report };
  return exclusively(options, "ansible", async () => {
    if (!existsSync(installed)) {
      // A virtual environment knows its own place, so it is made where it stays; only a whole one is marked.
      removeFolder(folder);
      makeFolder(join(cache, "ansible"));
      await run(cache, report, "python3", "-m", "venv", folder);
      await run(
        cache,
        report,
        join(folder, "bin/pip"),
        "install",
        "--quiet",
        `ansible-core==${ansibleVersion}`,
      );
      writeWhole(installed, `${ansibleVersion}\n`);
    }
    return join(folder, "bin/ansible-playbook");
  });
}

function run(cache: string, report: Report, command: string, ...words: string[]): Promise<void> {
  const told: Report = (line) => report(`installing Ansible: ${line}`);
  return runLong({ command, arguments: words, cache: join(cache, "ansible"), report: told });
}
