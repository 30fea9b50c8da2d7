import { createHash } from "node:crypto";
import { chmodSync, existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { exclusively, type ObtainOptions } from "../engine/engine.ts";
import { makeFolder, removeAbandonedWork, withWorkFolder } from "../engine/files.ts";
import { runLong } from "../engine/run.ts";
import { installHostPackages } from "../machines/host-packages.ts";

const suite = "trixie";
const mirror = "http://deb.debian.org/debian";
/** The browser, what lets it trust an authority, and one font to write with. */
const packages = ["chromium", "libnss3-tools", "ca-certificates", "fonts-dejavu-core"];
const options = [
  ...["--mode=root", "--variant=apt", '--aptopt=APT::Install-Recommends "false"'],
  "--dpkgopt=force-unsafe-io",
  ...["man", "info", "locale", "doc"].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
];

/**
 * A Debian root with Chromium in it, from the user's cache; installed first where there is none, which takes a minute and
 * 800 MB. A root of its own, since not every distribution has it as a package. Needs root.
 */
export async function obtainBrowserRoot(task: ObtainOptions): Promise<string> {
  const { cache, report } = task;
  const store = makeFolder(join(cache, "browser"));
  const content = JSON.stringify([suite, mirror, packages, options, process.arch]);
  const target = join(store, `root-${createHash("sha256").update(content).digest("hex").slice(0, 12)}`);
  if (existsSync(target)) return target;
  return exclusively(task, "browser", async () => {
    if (existsSync(target)) return target;
    await installHostPackages(cache, report);
    removeAbandonedWork(store);
    await withWorkFolder(store, async (work) => {
      const root = join(work, "root");
      await runLong({
        // Its mounts are its own and end with it.
        command: "unshare",
        arguments: [
          ...["--mount", "--propagation", "private", "mmdebstrap", ...options],
          ...[`--include=${packages.join(",")}`, suite, root, mirror],
        ],
        cache: store,
        report: (line) => report(`installing a browser: ${line}`),
      });
      chmodSync(root, 0o755);
      renameSync(root, target);
    });
    return target;
  });
}
