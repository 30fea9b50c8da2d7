import { createHash } from "node:crypto";
import { chmodSync, existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, readText, removeAbandonedWork, withWorkFolder } from "../../engine/files.ts";
import { withLock } from "../../engine/lock.ts";
import { findMarked, mark, stop } from "../../engine/processes.ts";
import { runLong } from "../../engine/run.ts";
import type { Report } from "../../engine/tool.ts";

const suite = "trixie";
const mirror = "http://deb.debian.org/debian";
/** Versions of the distribution's release: what Supabase runs, PostgreSQL 17, and a pooler that keeps prepared statements. */
const packages = ["postgresql-17", "pgbouncer"];
const options = [
  ...["--mode=root", "--variant=minbase", '--aptopt=APT::Install-Recommends "false"'],
  "--dpkgopt=force-unsafe-io",
  ...["man", "info", "locale", "doc"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
];
const prepare = join(import.meta.dirname, "prepare-root.sh");
const otherRunMs = 20 * 60_000;

/**
 * A Debian root with the database servers and a fresh data folder in it, from the user's cache; installed first if what
 * it is made of has changed. Needs root and mmdebstrap.
 */
export async function obtainDatabaseRoot(cache: string, report: Report): Promise<string> {
  const store = makeFolder(join(cache, "databases"));
  const content = JSON.stringify([suite, mirror, packages, options, readText(prepare), process.arch]);
  const target = join(store, `root-${createHash("sha256").update(content).digest("hex").slice(0, 12)}`);
  if (existsSync(target)) return target;
  const lock = {
    purpose: "installing the root of the databases",
    waitMs: otherRunMs,
    onWait: ({ pid }: { pid: number }) => report(`waiting for process ${pid}, which is installing it`),
  };
  return withLock(join(makeFolder(join(cache, "locks")), "databases.json"), lock, async () => {
    if (existsSync(target)) return target;
    await stop(findMarked(mark(store, "build")));
    removeAbandonedWork(store);
    await install(store, target, report);
    return target;
  });
}

/** In place by one step: a run killed half way leaves nothing that looks like a root. Its mounts end with it. */
async function install(store: string, target: string, report: Report): Promise<void> {
  await withWorkFolder(store, async (work) => {
    const root = join(work, "root");
    await runLong({
      command: "unshare",
      arguments: [
        ...["--mount", "--propagation", "private", "mmdebstrap", ...options],
        `--include=${packages.join(",")}`,
        `--customize-hook=${prepare.replaceAll(/[^\w/.-]/g, "\\$&")} "$1"`,
        ...[suite, root, mirror],
      ],
      cache: store,
      report,
    });
    chmodSync(root, 0o755);
    renameSync(root, target);
  });
}
