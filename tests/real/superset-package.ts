import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { exclusively } from "../../sandbox/engine/engine.ts";
import { Failure } from "../../sandbox/engine/failure.ts";
import { makeFolder, removeFolder, writeWhole } from "../../sandbox/engine/files.ts";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { runLong } from "../../sandbox/engine/run.ts";

const image = join(import.meta.dirname, "../../images/superset");
const requirements = [
  join(import.meta.dirname, "superset-requirements.txt"),
  join(image, "requirements.txt"),
];
/** The Python that the pinned versions are for: Superset 4.1.1 runs on no newer one. */
const version = "3.11";
const pythons = [`python${version}`, "python3"];

/**
 * Superset itself, as a package of PyPI in a virtual environment in the user's cache, with what images/superset adds to it. It is
 * not the official image: that one has the same version of it, and other versions of what it stands on. Returns the folder.
 */
export async function obtainSuperset(): Promise<string> {
  const store = makeFolder(join(cacheFolder(), "superset"));
  const hash = createHash("sha256");
  for (const file of requirements) hash.update(readFileSync(file));
  const folder = join(store, hash.digest("hex").slice(0, 12));
  const installed = join(folder, "installed");
  const options = { cache: cacheFolder(), projectRoot: "", report: console.error, note: console.error };
  await exclusively(options, "superset", async () => {
    if (existsSync(installed)) return;
    removeFolder(folder);
    const run = (command: string, words: string[]) =>
      runLong({ command: "nice", arguments: [command, ...words], cache: store, report: () => {} });
    // Where it is made is where it has to stay: its programs name their interpreter.
    await run(await pythonFor(), ["-m", "venv", folder]);
    const files = requirements.flatMap((file) => ["--requirement", file]);
    const quiet = ["--quiet", "--disable-pip-version-check", "--no-deps"];
    await run(join(folder, "bin/python"), ["-m", "pip", "install", ...quiet, ...files]);
    writeWhole(installed, "");
  });
  return folder;
}

async function pythonFor(): Promise<string> {
  const wanted = `import sys, venv, ensurepip; sys.exit("%d.%d" % sys.version_info[:2] != "${version}")`;
  for (const python of pythons) {
    const { failed } = await execa(python, ["-c", wanted], { reject: false });
    if (!failed) return python;
  }
  throw new Failure(
    `Superset 4.1.1 is tried with Python ${version}, and neither ${pythons.join(" nor ")} is one that makes virtual environments`,
    "install it; on Debian 12: apt-get install python3 python3-venv",
  );
}
