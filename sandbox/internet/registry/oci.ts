import { createHash } from "node:crypto";
import { execa } from "execa";

/** Media types of the OCI image specification, of what images here consist of. */
export const mediaTypes = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
} as const;

/** A part of an image, as manifests name it. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

const architectures: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** A content's name in a registry. */
export function digestOf(content: Buffer | string): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

/**
 * Configuration of an image of one layer, for this computer's kind of processor.
 *
 * @param config how it is run, in the specification's words
 * @param contentDigest digest of the layer before it was compressed
 */
export function imageConfiguration(config: object, contentDigest: string): object {
  const architecture = architectures[process.arch] ?? process.arch;
  return { architecture, os: "linux", config, rootfs: { type: "layers", diff_ids: [contentDigest] } };
}

/** Manifest of an image of one layer. */
export function imageManifest(config: Descriptor, layer: Descriptor): object {
  return { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] };
}

const largestLayer = 256 * 1024 * 1024;

/**
 * A folder as a layer that is not compressed yet: the same files give the same bytes, whoever packs them and when.
 *
 * @param mode what everybody may do with the files, in tar's words
 */
export async function packed(folder: string, mode: string): Promise<Buffer> {
  const stable = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", `--mode=${mode}`];
  const words = ["--create", ...stable, "--directory", folder, "."];
  const { stdout } = await execa("tar", words, { encoding: "buffer", maxBuffer: largestLayer });
  return Buffer.from(stdout);
}
