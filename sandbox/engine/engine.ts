import { mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { makeFolder, removeAbandonedWork, removeFolder, withWorkFolder } from "./files.ts";
import { buildModule, requireGo } from "./go.ts";
import { withLock } from "./lock.ts";
import { obtain, type Probes } from "./obtain.ts";
import { findMarked, mark, stop } from "./processes.ts";
import { runLong } from "./run.ts";
import { findOnPath, isExecutable, type Report, type Tool } from "./tool.ts";
import { downloadVersion, modules, oldestEngine, pinnedVersion } from "./versions.ts";

/** Where to look, where to keep, and whom to tell. */
export interface ObtainOptions {
  readonly cache: string;
  readonly projectRoot: string;
  readonly report: Report;
  readonly note: Report;
}

const languageHost = "pulumi-language-nodejs";
const downloadStallMs = 10_000;
const otherRunMs = 20 * 60_000;

/** The Pulumi engine together with the Node language host beside it. */
export function obtainEngine(options: ObtainOptions): Promise<Tool> {
  return obtain(engineProbes(options));
}

function engineProbes(options: ObtainOptions): Probes {
  const { cache, projectRoot, report, note } = options;
  const store = join(cache, "engine");
  const newest = downloadVersion(projectRoot);
  const built = pinnedVersion(modules.engine);
  const downloadedFolder = join(store, `downloaded-${newest}`);
  const builtFolder = join(store, `built-${built}`);
  return {
    name: "pulumi",
    oldest: oldestEngine,
    report,
    note,
    onPath: async () => {
      const folder = findOnPath("pulumi", process.env.PATH, cache);
      if (folder === undefined) return undefined;
      const version = await askVersion(join(folder, "pulumi"), cache);
      return { folder, version, missing: isExecutable(join(folder, languageHost)) ? [] : [languageHost] };
    },
    cached: () => {
      const finished = [
        { folder: join(downloadedFolder, "bin"), version: newest, origin: "cached, downloaded" },
        { folder: join(builtFolder, "bin"), version: built, origin: "cached, built from source" },
      ] as const;
      return finished.find(({ folder }) => isExecutable(join(folder, "pulumi")));
    },
    download: () =>
      installInto(store, downloadedFolder, async (work) => {
        await downloadEngine(work, newest, options);
        return { version: newest, origin: "downloaded" };
      }),
    build: async () => {
      await requireGo("the Pulumi engine");
      return installInto(store, builtFolder, async (work) => {
        await buildEngine(join(work, "bin"), built, options);
        return { version: built, origin: "built from source" };
      });
    },
    exclusively: (work) =>
      exclusively(options, "engine", async () => {
        removeAbandonedWork(store);
        return work();
      }),
  };
}

async function askVersion(executable: string, cache: string): Promise<string> {
  const { stdout } = await execa(executable, ["version"], {
    reject: false,
    // Its logs go to the cache, not into the user's own Pulumi folder.
    env: { PULUMI_SKIP_UPDATE_CHECK: "true", PULUMI_HOME: join(cache, "pulumi-home") },
  });
  return stdout?.trim().replace(/^v/, "") || "unknown";
}

async function downloadEngine(folder: string, version: string, options: ObtainOptions): Promise<void> {
  const temporary = makeFolder(join(folder, "temporary"));
  await runLong({
    command: process.execPath,
    arguments: [join(import.meta.dirname, "download-engine.ts"), folder, version],
    variables: { TMPDIR: temporary },
    cache: join(options.cache, "engine"),
    report: options.report,
    stall: { folders: [folder], afterMs: downloadStallMs },
  });
  removeFolder(temporary);
}

/** Both at once: compiling the engine alone leaves a core idle for long stretches. */
async function buildEngine(folder: string, version: string, { cache, report }: ObtainOptions): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const versionFlag = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
  await Promise.all([
    buildModule(modules.engine, join(folder, "pulumi"), `-s -w ${versionFlag}`, {
      cache: join(cache, "engine"),
      report: (line) => report(`building pulumi: ${line}`),
    }),
    buildModule(modules.languageHost, join(folder, languageHost), "-s -w", {
      cache: join(cache, "engine"),
      report: (line) => report(`building ${languageHost}: ${line}`),
    }),
  ]);
}

/** Fills a work folder and moves it into place in one step, so that a half-made one is never taken for a whole. */
export async function installInto(
  store: string,
  target: string,
  fill: (work: string) => Promise<Omit<Tool, "folder">>,
): Promise<Tool> {
  return withWorkFolder(store, async (work) => {
    const staging = makeFolder(join(work, "out"));
    const made = await fill(staging);
    removeFolder(target);
    renameSync(staging, target);
    return { folder: join(target, "bin"), ...made };
  });
}

/** Runs work on one part of the cache alone; what a killed run was still compiling there is ended first. */
export async function exclusively<T>(
  { cache, report }: Pick<ObtainOptions, "cache" | "report">,
  part: string,
  work: () => Promise<T>,
): Promise<T> {
  return withLock(
    join(cache, "locks", `${part}.json`),
    {
      purpose: `obtaining the ${part}`,
      waitMs: otherRunMs,
      onWait: ({ pid }) => report(`waiting for process ${pid}, which is obtaining the ${part}`),
    },
    async () => {
      await stop(findMarked(mark(join(cache, part), "build")));
      return work();
    },
  );
}
