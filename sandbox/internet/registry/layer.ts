import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { exclusively, type ObtainOptions } from "../../engine/engine.ts";
import { makeFolder, readJson, removeAbandonedWork, withWorkFolder, writeJson } from "../../engine/files.ts";
import { requireGo } from "../../engine/go.ts";
import { runLong } from "../../engine/run.ts";
import { digestOf, packed } from "./oci.ts";

const sources = join(import.meta.dirname, "../../stand-ins");
const sourceFiles = [
  ...["go.mod", "go.sum", "main.go", "answers.go", "database.go", "websocket.go"],
  ...["odoo.go", "mattermost.go", "n8n.go", "ocr.go", "superset.go", "mcp.go"],
];

/** Services that run on App Platform. */
export const playedApps = ["superset", "mcp"] as const;

/** Services that are played, by the name of the program in the image. */
export const played = ["odoo", "mattermost", "n8n", "ocr-service", ...playedApps] as const;

/** What else is in the image, under the name by which the program's apps run it before a deployment. */
const commands = ["prepare-superset"] as const;

/** A service that is played. */
export type Played = (typeof played)[number];

/** A service of App Platform that is played. */
export type PlayedApp = (typeof playedApps)[number];

const layerSchema = z.object({ digest: z.string(), size: z.number(), contentDigest: z.string() });

/** The one file system layer that all stand-in images share. */
export type Layer = z.output<typeof layerSchema> & {
  readonly file: string;
  /** Folder with the same programs by name, to be run outside a container. */
  readonly programs: string;
};

/** The layer from the user's cache, built first if the sources have changed. Needs Go. */
export async function obtainLayer(options: ObtainOptions): Promise<Layer> {
  const store = join(options.cache, "stand-ins");
  const hash = createHash("sha256").update(process.arch);
  for (const name of sourceFiles) hash.update(readFileSync(join(sources, name)));
  const folder = join(store, hash.digest("hex").slice(0, 12));
  const cached = () => {
    const parsed = layerSchema.safeParse(readJson(join(folder, "layer.json")));
    return parsed.success
      ? { ...parsed.data, file: join(folder, "layer.tar.gz"), programs: join(folder, "programs") }
      : undefined;
  };
  return (
    cached() ??
    exclusively(options, "stand-ins", async () => {
      const made = cached();
      if (made) return made;
      removeAbandonedWork(makeFolder(store));
      await requireGo("the program of the stand-in images");
      await withWorkFolder(store, async (work) => {
        const out = makeFolder(join(work, "out"));
        writeJson(join(out, "layer.json"), await build(work, out, options));
        renameSync(out, folder);
      });
      return cached() ?? Promise.reject(new Error(`${folder} was not filled`));
    })
  );
}

async function build(
  work: string,
  out: string,
  { cache, report }: ObtainOptions,
): Promise<z.output<typeof layerSchema>> {
  const root = join(work, "root");
  for (const folder of ["usr/bin", "etc", "var/lib", "mnt"])
    mkdirSync(join(root, folder), { recursive: true, mode: 0o755 });
  mkdirSync(join(root, "tmp"));
  await runLong({
    command: "go",
    arguments: [
      "build",
      "-trimpath",
      "-buildvcs=false",
      "-ldflags",
      "-s -w",
      "-o",
      join(work, "stand-in"),
      ".",
    ],
    folder: sources,
    variables: { CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-mod=readonly" },
    cache: join(cache, "stand-ins"),
    report: (line) => report(`building the stand-in images: ${line}`),
  });
  for (const folder of [join(root, "usr/bin"), makeFolder(join(out, "programs"))]) {
    copyFileSync(join(work, "stand-in"), join(folder, "stand-in"));
    for (const name of [...played, ...commands]) symlinkSync("stand-in", join(folder, name));
  }
  writeFileSync(join(root, "etc/passwd"), "root:x:0:0:root:/root:/sbin/nologin\n");
  const content = await packed(root, "u=rwX,go=rX");
  const compressed = gzipSync(content, { level: 1 });
  writeFileSync(join(out, "layer.tar.gz"), compressed);
  return { digest: digestOf(compressed), size: compressed.length, contentDigest: digestOf(content) };
}
