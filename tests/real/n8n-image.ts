import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exclusively } from "../../sandbox/engine/engine.ts";
import {
  makeFolder,
  removeAbandonedWork,
  removeFolder,
  withWorkFolder,
  writeWhole,
} from "../../sandbox/engine/files.ts";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { runLong } from "../../sandbox/engine/run.ts";
import { digestOfFile, type ReadyLayer, writeLayout } from "./support.ts";

/** The version that the catalogue pins, from npm: no registry of images can be reached from everywhere. */
export const n8nVersion = "2.35.7";
const nodeVersion = "22.23.3";
const nodePackage = `node-linux-${process.arch}`;

/** What nobody runs: n8n's own image is made without most of it too. */
const leftOut = ["*.map", "*.d.ts", "*.d.mts", "*.d.cts", "*.md", "*.tsbuildinfo"];

/** Writes an image with the real n8n: Debian's libraries, Node, and what npm installs. Some minutes and 3 GB, once. */
export async function writeN8nImage(folder: string): Promise<void> {
  const options = { cache: cacheFolder(), projectRoot: "", report: console.error, note: console.error };
  const layer = await exclusively(options, "n8n", obtainLayer);
  const program = "/opt/n8n/node_modules";
  writeLayout(folder, layer, {
    Entrypoint: [`${program}/${nodePackage}/bin/node`, `${program}/n8n/bin/n8n`],
    Cmd: ["start"],
    Env: [`PATH=${program}/${nodePackage}/bin:/usr/bin:/bin`, "NODE_ENV=production"],
    Labels: { "test.from": "npm" },
  });
}

async function obtainLayer(): Promise<ReadyLayer> {
  const store = makeFolder(join(cacheFolder(), "n8n"));
  const file = join(store, `${n8nVersion}.tar`);
  if (!existsSync(file)) {
    removeAbandonedWork(store);
    await withWorkFolder(store, async (work) => {
      const root = join(work, "root");
      await run(store, "mmdebstrap", [
        ...[
          "--mode=root",
          "--variant=extract",
          "--include=base-files,libc6,libstdc++6,libgcc-s1,ca-certificates",
        ],
        ...["trixie", root],
      ]);
      mkdirSync(join(root, "opt"), { recursive: true });
      await run(store, "cp", ["--archive", "--link", await install(store), join(root, "opt/n8n")]);
      const without = leftOut.map((pattern) => `--exclude=${pattern}`);
      const words = [
        "--create",
        "--file",
        join(work, "layer.tar"),
        "--sort=name",
        "--mtime=@0",
        "--owner=0",
        "--group=0",
        "--mode=a+rX",
      ];
      await run(store, "tar", [...words, ...without, "--directory", root, "."]);
      await run(store, "mv", [join(work, "layer.tar"), file]);
    });
  }
  const digest = await digestOfFile(file);
  const type = "application/vnd.oci.image.layer.v1.tar";
  return { file, type, digest, contentDigest: digest, size: statSync(file).size };
}

/** Its own scripts are not run: one of them wants a program that cannot be built everywhere, and PostgreSQL needs none. */
async function install(store: string): Promise<string> {
  const folder = join(store, `installed-${n8nVersion}`);
  const installed = join(folder, ".installed");
  if (existsSync(installed)) return folder;
  removeFolder(folder);
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), "{}\n");
  const packages = [`n8n@${n8nVersion}`, `${nodePackage}@${nodeVersion}`];
  await run(store, "npm", [
    "install",
    "--prefix",
    folder,
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    ...packages,
  ]);
  writeWhole(installed, `${n8nVersion}\n`);
  return folder;
}

function run(store: string, command: string, words: readonly string[]): Promise<void> {
  return runLong({ command: "nice", arguments: [command, ...words], cache: store, report: () => {} });
}
