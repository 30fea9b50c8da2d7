import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import type { BuiltProgram } from "./built-images.ts";
import { describeImage, isBuilt, type StandInImage } from "./images.ts";
import type { Layer } from "./layer.ts";
import { type Blob, readLayout } from "./layout.ts";

/** One part of an image, in a file or in memory. */
export interface Part {
  readonly type: string;
  readonly digest: string;
  readonly size: number;
  open(): string | NodeJS.ReadableStream;
  read(): Promise<string | Buffer>;
}

/** An image as a registry holds it. */
export interface ImageContent {
  readonly manifest: Part;
  /** Its configuration and its layers. */
  readonly parts: readonly Part[];
}

/** What an image is made of: the real one's files, those of a program that was built here, or a stand-in's. */
export function contentOf(
  image: StandInImage,
  layer: Layer,
  built: Readonly<Partial<Record<BuiltProgram, string>>>,
): ImageContent {
  const layout = image.layout ?? (isBuilt(image) ? built[image.plays] : undefined);
  if (layout !== undefined) {
    const { manifest, parts } = readLayout(layout);
    return { manifest: fromFile(manifest), parts: parts.map(fromFile) };
  }
  if (isBuilt(image)) throw new Error(`${image.plays} has not been built, and nothing stands in for it`);
  const { manifest, config } = describeImage(image, layer);
  const shared = {
    digest: layer.digest,
    type: "application/octet-stream",
    file: layer.file,
    size: layer.size,
  };
  return { manifest: fromText(manifest), parts: [fromText(config), fromFile(shared)] };
}

const fromFile = ({ type, digest, size, file }: Blob): Part => ({
  ...{ type, digest, size },
  open: () => createReadStream(file),
  read: () => readFile(file),
});

const fromText = ({ type, digest, text }: { type: string; digest: string; text: string }): Part => ({
  ...{ type, digest, size: Buffer.byteLength(text) },
  open: () => text,
  read: async () => text,
});
