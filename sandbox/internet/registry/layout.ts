import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const descriptor = z.object({ mediaType: z.string(), digest: z.string() });
const indexSchema = z.object({ manifests: z.array(descriptor).min(1) });
const manifestSchema = z.object({ config: descriptor, layers: z.array(descriptor) });

/** One part of an image, in a file. */
export interface Blob {
  readonly digest: string;
  readonly type: string;
  readonly file: string;
  readonly size: number;
}

/** An image in a folder. */
export interface LaidOut {
  readonly manifest: Blob;
  /** Its configuration and its layers. */
  readonly parts: readonly Blob[];
}

/**
 * Reads an image in the form of the OCI image layout, as skopeo leaves it: one image, for one kind of processor.
 *
 * @throws Error when the folder holds no such thing
 */
export function readLayout(folder: string): LaidOut {
  const blob = ({ mediaType, digest }: z.output<typeof descriptor>): Blob => {
    const file = join(folder, "blobs", digest.replace(":", "/"));
    return { digest, type: mediaType, file, size: statSync(file).size };
  };
  const { manifests } = indexSchema.parse(JSON.parse(readFileSync(join(folder, "index.json"), "utf8")));
  const [first] = manifests;
  if (first === undefined) throw new Error(`${folder} holds no image`);
  const manifest = blob(first);
  const { config, layers } = manifestSchema.parse(JSON.parse(readFileSync(manifest.file, "utf8")));
  return { manifest, parts: [config, ...layers].map(blob) };
}
