import { type BuiltProgram, builtPrograms } from "./built-images.ts";
import type { Layer, Played } from "./layer.ts";
import { digestOf, imageConfiguration, imageManifest, mediaTypes } from "./oci.ts";

/** An image that somebody will ask for, and who is played under its name, or which program is in it. */
export interface StandInImage {
  /** Such as `docker.io/library/odoo:18.0-20260421`. */
  readonly reference: string;
  readonly plays: Played | BuiltProgram;
  /** Folder of the real image, where it was fetched: that is what is given then. */
  readonly layout?: string | undefined;
}

/** Whether an image is made here, of its program's own source. */
export function isBuilt(image: StandInImage): image is StandInImage & { readonly plays: BuiltProgram } {
  return image.plays in builtPrograms;
}

/**
 * Every stand-in has two more releases, so that services can be deployed and rolled back: one that works, and one that ends
 * before it serves.
 */
const furtherReleases = ["-next", "-broken"] as const;

/** A stand-in's image with its further releases; an image that is none is itself alone. */
export function releasesOf(image: StandInImage): StandInImage[] {
  if (image.layout !== undefined || isBuilt(image)) return [image];
  return [
    image,
    ...furtherReleases.map((suffix) => ({ ...image, reference: `${image.reference}${suffix}` })),
  ];
}

/** A reference in its parts. */
export interface ImageName {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
}

/**
 * Takes a full reference apart.
 *
 * @throws Error for one without registry or tag: a pinned content cannot be stood in for
 */
export function parseReference(reference: string): ImageName {
  const { registry, repository, tag } =
    /^(?<registry>[^/]+\.[^/]+)\/(?<repository>[^@]+):(?<tag>[^:/@]+)$/.exec(reference)?.groups ?? {};
  if (registry && repository && tag) return { registry, repository, tag };
  throw new Error(
    `${reference} is not REGISTRY/REPOSITORY:TAG, and no stand-in can have another image's content`,
  );
}

/** A document of an image. */
export interface Content {
  readonly digest: string;
  readonly type: string;
  readonly text: string;
}

/** Manifest and configuration of a stand-in's image, labelled as what it is. */
export function describeImage(
  { reference, plays }: StandInImage,
  layer: Layer,
): { manifest: Content; config: Content } {
  const run = {
    Cmd: [`/usr/bin/${plays}`],
    Env: ["PATH=/usr/bin", `STAND_IN_RELEASE=${parseReference(reference).tag}`],
    Labels: {
      "org.insightpulse.stand-in": "true",
      "org.opencontainers.image.title": `stand-in for ${reference}`,
    },
  };
  const config = content(mediaTypes.config, imageConfiguration(run, layer.contentDigest));
  const { digest, size } = layer;
  const manifest = content(
    mediaTypes.manifest,
    imageManifest(
      { mediaType: mediaTypes.config, digest: config.digest, size: Buffer.byteLength(config.text) },
      { mediaType: mediaTypes.layer, digest, size },
    ),
  );
  return { manifest, config };
}

function content(type: string, value: unknown): Content {
  const text = JSON.stringify(value);
  return { digest: digestOf(text), type, text };
}
