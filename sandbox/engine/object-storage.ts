import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { exclusively, installInto, type ObtainOptions } from "./engine.ts";
import { removeAbandonedWork } from "./files.ts";
import { buildObjectStorage, requireGo } from "./go.ts";
import { obtain } from "./obtain.ts";
import { findOnPath, isExecutable, type Tool } from "./tool.ts";
import { objectStorage } from "./versions.ts";

const executable = "versitygw";

/** The S3 server that stands for Spaces. Nobody offers it for download in one well-known place, so it is built. */
export function obtainObjectStorage(options: ObtainOptions): Promise<Tool> {
  const { cache, report, note } = options;
  const { version } = objectStorage;
  const store = join(cache, "object-storage");
  const target = join(store, version);
  return obtain({
    name: executable,
    report,
    note,
    onPath: async () => {
      const folder = findOnPath(executable, process.env.PATH, cache);
      if (folder === undefined) return undefined;
      return { folder, version: await askVersion(join(folder, executable)), missing: [] };
    },
    cached: () =>
      isExecutable(join(target, "bin", executable))
        ? { folder: join(target, "bin"), version, origin: "cached, built from source" }
        : undefined,
    build: async () => {
      await requireGo(executable);
      return installInto(store, target, async (work) => {
        mkdirSync(join(work, "bin"));
        await buildObjectStorage(work, {
          cache: store,
          report: (line) => report(`building ${executable}: ${line}`),
        });
        return { version, origin: "built from source" };
      });
    },
    exclusively: (work) =>
      exclusively(options, "object-storage", async () => {
        removeAbandonedWork(store);
        return work();
      }),
  });
}

async function askVersion(path: string): Promise<string> {
  const { stdout } = await execa(path, ["--version"], { reject: false });
  return /\d+\.\d+\.\d+/.exec(stdout ?? "")?.[0] ?? "unknown";
}
