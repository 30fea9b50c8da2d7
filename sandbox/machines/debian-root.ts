import { createHash } from "node:crypto";
import { chmodSync, existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { exclusively } from "../engine/engine.ts";
import { makeFolder, readText, removeAbandonedWork, withWorkFolder } from "../engine/files.ts";
import { runLong } from "../engine/run.ts";
import type { Report } from "../engine/tool.ts";

const suite = "trixie";
const mirror = "http://deb.debian.org/debian";

/** What every root is spared: what nobody reads in it, and what nobody asked for. */
const slim = [
  "--mode=root",
  '--aptopt=APT::Install-Recommends "false"',
  // A root is finished or thrown away, so nothing has to be on the disk in between.
  "--dpkgopt=force-unsafe-io",
  ...["man", "info", "locale", "doc"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
];

/** What an installed Debian system in a folder is made of; a change of any of it makes a new one. */
export interface DebianRoot {
  /** Folder in the cache. No two roots share one. */
  readonly part: string;
  /** How its own folder there begins. @default "root" */
  readonly prefix?: string;
  readonly packages: readonly string[];
  /** Words of mmdebstrap beside those of every root: its variant, and what is to stay. */
  readonly options: readonly string[];
  /** Script that runs once at the end, with the root's folder as its argument. */
  readonly hook?: string;
  /** What must be there before it is installed. */
  readonly prepare?: () => Promise<unknown>;
}

/**
 * The root from the user's cache, installed first if what it is made of has changed. Needs root and mmdebstrap.
 *
 * @returns its folder, and whether it was installed just now
 */
export async function obtainDebianRoot(
  { part, prefix = "root", packages, options, hook, prepare }: DebianRoot,
  cache: string,
  report: Report,
): Promise<{ folder: string; isNew: boolean }> {
  const store = makeFolder(join(cache, part));
  const words = [...slim, ...options];
  const content = [suite, mirror, words, packages, hook && readText(hook), process.arch];
  const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 12);
  const folder = join(store, `${prefix}-${hash}`);
  if (existsSync(folder)) return { folder, isNew: false };
  makeFolder(join(cache, "locks"));
  return exclusively({ cache, report }, part, async () => {
    // Asked again under the lock: the run that held it may just have finished the same work.
    if (existsSync(folder)) return { folder, isNew: false };
    await prepare?.();
    removeAbandonedWork(store);
    await install([...words, ...including(packages, hook)], folder, store, report);
    return { folder, isNew: true };
  });
}

function including(packages: readonly string[], hook: string | undefined): string[] {
  const include = `--include=${packages.join(",")}`;
  // mmdebstrap gives it to a shell.
  return hook === undefined
    ? [include]
    : [include, `--customize-hook=${hook.replaceAll(/[^\w/.-]/g, "\\$&")} "$1"`];
}

/** Into a work folder, and in place by one step: a run killed half way leaves nothing that looks like a root. */
async function install(words: string[], target: string, store: string, report: Report): Promise<void> {
  await withWorkFolder(store, async (work) => {
    const root = join(work, "root");
    await runLong({
      command: "unshare",
      // Its mounts are its own and end with it: what removes the work of a killed run must never meet a real /dev.
      arguments: ["--mount", "--propagation", "private", "mmdebstrap", ...words, suite, root, mirror],
      cache: store,
      report,
    });
    // What users inside a machine see as `/`.
    chmodSync(root, 0o755);
    renameSync(root, target);
  });
}
