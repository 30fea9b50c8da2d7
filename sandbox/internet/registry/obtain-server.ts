import { copyFileSync, existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { exclusively, type ObtainOptions } from "../../engine/engine.ts";
import { makeFolder, removeAbandonedWork, withWorkFolder } from "../../engine/files.ts";
import { runLong } from "../../engine/run.ts";
import { findOnPath } from "../../engine/tool.ts";

const packageName = "docker-registry";

/**
 * Docker's own registry: the one on PATH, or out of the distribution's package, which is not installed, since it would
 * start as a service of this computer's. Needs apt-get the first time.
 *
 * @returns its executable
 */
export async function obtainRegistryServer(options: ObtainOptions): Promise<string> {
  const { cache, report } = options;
  const found = findOnPath(packageName, process.env.PATH, "/nonexistent");
  if (found !== undefined) return join(found, packageName);
  const store = join(cache, packageName);
  const executable = join(store, "bin", packageName);
  if (existsSync(executable)) return executable;
  return exclusively(options, packageName, async () => {
    if (existsSync(executable)) return executable;
    removeAbandonedWork(store);
    await withWorkFolder(store, async (work) => {
      const apt = (...words: string[]) =>
        runLong({
          command: "apt-get",
          arguments: words,
          folder: work,
          cache: store,
          report: (line) => report(`fetching ${packageName}: ${line}`),
        });
      await apt("update");
      // As root apt gives files to a user of its own, who cannot enter this folder.
      await apt("download", "--option", "APT::Sandbox::User=root", packageName);
      const unpacking = 'exec dpkg-deb --extract "$1"_*.deb content';
      await execa("sh", ["-c", unpacking, "sh", packageName], { cwd: work });
      const bin = makeFolder(join(work, "bin"));
      copyFileSync(join(work, "content/usr/bin", packageName), join(bin, packageName));
      renameSync(bin, join(store, "bin"));
    });
    return executable;
  });
}
