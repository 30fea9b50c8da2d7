import { createHash } from "node:crypto";
import { chmodSync, existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, readText, removeAbandonedWork, withWorkFolder } from "../engine/files.ts";
import { withLock } from "../engine/lock.ts";
import { findMarked, mark, stop } from "../engine/processes.ts";
import { runLong } from "../engine/run.ts";
import type { Report } from "../engine/tool.ts";

const folder = join(import.meta.dirname, "base");
const suite = "trixie";
const mirror = "http://deb.debian.org/debian";
const otherRunMs = 20 * 60_000;

/** Options of mmdebstrap, beside the packages and the script: a change of them makes a new root as well. */
const options = [
  "--mode=root",
  "--variant=apt",
  '--aptopt=APT::Install-Recommends "false"',
  // The root is finished or thrown away, so nothing has to be on the disk in between.
  "--dpkgopt=force-unsafe-io",
  ...["man", "info", "locale", "doc"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
  "--dpkgopt=path-include=/usr/share/doc/*/copyright",
];

/** The root that all machines start from, as an installed Debian system in a folder. */
export interface BaseRoot {
  readonly folder: string;
  readonly origin: "cached" | "installed";
}

/** The packages in a list with one per line, comments left out. */
export function parsePackages(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
}

/** The root from the user's cache, installed first if what it is made of has changed. */
export async function obtainBase(cache: string, report: Report): Promise<BaseRoot> {
  const store = makeFolder(join(cache, "machines"));
  const packages = readText(join(folder, "packages.txt")) ?? "";
  const configure = readText(join(folder, "configure.sh")) ?? "";
  const content = JSON.stringify([suite, mirror, options, parsePackages(packages), configure, process.arch]);
  const target = join(store, `base-${createHash("sha256").update(content).digest("hex").slice(0, 12)}`);
  if (existsSync(target)) return { folder: target, origin: "cached" };
  const lock = {
    purpose: "installing the root of the machines",
    waitMs: otherRunMs,
    onWait: ({ pid }: { pid: number }) => report(`waiting for process ${pid}, which is installing it`),
  };
  return withLock(join(makeFolder(join(cache, "locks")), "machines.json"), lock, async () => {
    // Asked again under the lock: the run that held it may just have finished the same work.
    if (existsSync(target)) return { folder: target, origin: "cached" };
    await stop(findMarked(mark(store, "build")));
    removeAbandonedWork(store);
    await install(store, target, parsePackages(packages), report);
    return { folder: target, origin: "installed" };
  });
}

/** Into a work folder, and in place by one step: a run killed half way leaves nothing that looks like a root. */
async function install(store: string, target: string, packages: string[], report: Report): Promise<void> {
  await withWorkFolder(store, async (work) => {
    const root = join(work, "root");
    await runLong({
      command: "unshare",
      arguments: [
        // Its mounts are its own and end with it: what removes the work of a killed run must never meet a real /dev.
        ...["--mount", "--propagation", "private", "mmdebstrap"],
        ...options,
        `--include=${packages.join(",")}`,
        `--customize-hook=${join(folder, "configure.sh").replaceAll(/[^\w/.-]/g, "\\$&")} "$1"`,
        suite,
        root,
        mirror,
      ],
      cache: store,
      report,
    });
    // What users inside a machine see as `/`.
    chmodSync(root, 0o755);
    renameSync(root, target);
  });
}
