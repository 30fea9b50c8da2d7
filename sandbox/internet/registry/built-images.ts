import { copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { exclusively, type ObtainOptions } from "../../engine/engine.ts";
import { makeFolder, removeAbandonedWork, withWorkFolder } from "../../engine/files.ts";
import { requireGo } from "../../engine/go.ts";
import { runLong } from "../../engine/run.ts";
import { digestOf, imageConfiguration, imageManifest, mediaTypes, packed } from "./oci.ts";

/** Programs whose image is made here, of their real source: it is the program itself that runs, and no stand-in. */
export const builtPrograms = {
  "oauth2-proxy": {
    version: "7.8.1",
    package: "github.com/oauth2-proxy/oauth2-proxy/v7",
    versionVariable: "github.com/oauth2-proxy/oauth2-proxy/v7/pkg/version.VERSION",
  },
} as const;

/** A program whose image is made here. */
export type BuiltProgram = keyof typeof builtPrograms;

/** Folders of the images made here, in the form of the OCI image layout, by program. Needs Go the first time. */
export async function obtainBuiltImages(options: ObtainOptions): Promise<Record<BuiltProgram, string>> {
  return { "oauth2-proxy": await obtainImage("oauth2-proxy", options) };
}

async function obtainImage(program: BuiltProgram, options: ObtainOptions): Promise<string> {
  const store = join(options.cache, program);
  const folder = join(store, `image-${builtPrograms[program].version}`);
  if (existsSync(folder)) return folder;
  return exclusively(options, program, async () => {
    if (existsSync(folder)) return folder;
    removeAbandonedWork(makeFolder(store));
    await requireGo(program);
    await withWorkFolder(store, async (work) => {
      await build(program, work, options);
      const image = makeFolder(join(work, "image"));
      writeImage(image, program, await layerOf(program, work));
      renameSync(image, folder);
    });
    return folder;
  });
}

async function build(program: BuiltProgram, work: string, { cache, report }: ObtainOptions): Promise<void> {
  const { version, package: name, versionVariable } = builtPrograms[program];
  const flags = `-s -w -X ${versionVariable}=v${version}`;
  await runLong({
    command: "go",
    arguments: ["install", "-v", "-trimpath", "-ldflags", flags, `${name}@v${version}`],
    folder: work,
    variables: { CGO_ENABLED: "0", GOBIN: makeFolder(join(work, "bin")), GOWORK: "off" },
    cache: join(cache, program),
    report: (line) => report(`building ${program}: ${line}`),
  });
}

/** The program, where its own image has it, and the folders that are mounted over. */
async function layerOf(program: BuiltProgram, work: string): Promise<Buffer> {
  const root = join(work, "root");
  for (const folder of ["bin", "etc/ssl/certs", `etc/${program}`, "tmp"])
    mkdirSync(join(root, folder), { recursive: true, mode: 0o755 });
  copyFileSync(join(work, "bin", program), join(root, "bin", program));
  return packed(root, "a+rX");
}

function writeImage(folder: string, program: BuiltProgram, content: Buffer): void {
  const blobs = join(folder, "blobs/sha256");
  mkdirSync(blobs, { recursive: true });
  const put = (mediaType: string, bytes: Buffer) => {
    const digest = digestOf(bytes);
    writeFileSync(join(blobs, digest.replace("sha256:", "")), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const putJson = (mediaType: string, value: unknown) => put(mediaType, Buffer.from(JSON.stringify(value)));
  const { package: name, version } = builtPrograms[program];
  const run = {
    Entrypoint: [`/bin/${program}`],
    Labels: { "org.insightpulse.built-from": `${name}@v${version}` },
  };
  const config = putJson(mediaTypes.config, imageConfiguration(run, digestOf(content)));
  const layer = put(mediaTypes.layer, gzipSync(content, { level: 6 }));
  const manifest = putJson(mediaTypes.manifest, imageManifest(config, layer));
  writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  const annotations = { "org.opencontainers.image.ref.name": "image" };
  const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations }] };
  writeFileSync(join(folder, "index.json"), JSON.stringify(index));
}
