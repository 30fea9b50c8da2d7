import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, createReadStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import type { Layer } from "../../sandbox/internet/registry/layer.ts";
import { installPackages } from "../../sandbox/machines/host-packages.ts";
import { say, told } from "../platform/support.ts";

/** A registry on this computer, with images under their whole names, as a company's mirror has them. */
export class Mirror {
  readonly url: string;
  readonly #stop: () => Promise<void>;

  private constructor(url: string, stop: () => Promise<void>) {
    this.url = url;
    this.#stop = stop;
  }

  /** Starts Docker's own registry on a free port of loopback. */
  static async start(folder: string): Promise<Mirror> {
    await installPackages(["docker-registry", "skopeo"], cacheFolder(), () => {});
    const file = join(folder, "registry.json");
    const storage = { filesystem: { rootdirectory: join(folder, "registry") } };
    writeFileSync(file, JSON.stringify({ version: 0.1, storage, http: { addr: "127.0.0.1:0" } }));
    const child = spawn("docker-registry", ["serve", file], { stdio: ["ignore", "ignore", "pipe"] });
    const ended = once(child, "exit");
    for await (const line of createInterface({ input: child.stderr })) {
      const address = /listening on (?<address>127\.0\.0\.1:\d+)/.exec(line)?.groups?.address;
      if (address === undefined) continue;
      child.stderr.resume();
      return new Mirror(`http://${address}`, async () => {
        child.kill();
        await ended;
      });
    }
    return assert.fail("the registry did not start");
  }

  /** Puts an image into it. */
  async take(layout: string, reference: string): Promise<void> {
    const target = `docker://${new URL(this.url).host}/${reference}`;
    await told(
      say([
        "skopeo",
        "copy",
        "--quiet",
        "--preserve-digests",
        "--dest-tls-verify=false",
        `oci:${layout}:image`,
        target,
      ]),
    );
  }

  stop(): Promise<void> {
    return this.#stop();
  }
}

const types = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
} as const;

/** One file system layer, ready to be put into an image. */
export interface ReadyLayer {
  readonly file: string;
  readonly type: string;
  /** Digest of the file, and of its content uncompressed. */
  readonly digest: string;
  readonly contentDigest: string;
  readonly size: number;
}

/** Writes an image of one layer in the form of the OCI image layout. */
export function writeLayout(
  folder: string,
  layer: ReadyLayer,
  config: Readonly<Record<string, unknown>>,
): void {
  const blobs = join(folder, "blobs/sha256");
  mkdirSync(blobs, { recursive: true });
  const put = (mediaType: string, value: unknown) => {
    const text = JSON.stringify(value);
    const digest = createHash("sha256").update(text).digest("hex");
    writeFileSync(join(blobs, digest), text);
    return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
  };
  copyFileSync(layer.file, join(blobs, layer.digest.replace("sha256:", "")));
  const described = put(types.config, {
    ...{ architecture: { x64: "amd64" }[process.arch as string] ?? process.arch, os: "linux", config },
    rootfs: { type: "layers", diff_ids: [layer.contentDigest] },
  });
  const { type: mediaType, digest, size } = layer;
  const manifest = put(types.manifest, {
    ...{ schemaVersion: 2, mediaType: types.manifest, config: described },
    layers: [{ mediaType, digest, size }],
  });
  const annotations = { "org.opencontainers.image.ref.name": "image" };
  writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  writeFileSync(
    join(folder, "index.json"),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }),
  );
}

/** A stand-in's image that says it came by the mirror. */
export function writeMirroredStandIn(folder: string, plays: string, layer: Layer): void {
  const type = "application/vnd.oci.image.layer.v1.tar+gzip";
  writeLayout(
    folder,
    { ...layer, type },
    { Cmd: [`/usr/bin/${plays}`], Env: ["PATH=/usr/bin"], Labels: { "test.from": "mirror" } },
  );
}

/** Digest of a large file. */
export async function digestOfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return `sha256:${hash.digest("hex")}`;
}
