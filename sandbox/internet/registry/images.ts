import { type BuiltProgram, builtPrograms } from "./built-images.ts";
import { digestOf, type Layer, type Played } from "./layer.ts";

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

const types = {
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar+gzip",
} as const;

const architectures: Record<string, string> = { x64: "amd64", arm64: "arm64" };

/** Manifest and configuration of a stand-in's image, labelled as what it is. */
export function describeImage(
  { reference, plays }: StandInImage,
  layer: Layer,
): { manifest: Content; config: Content } {
  const config = content(types.config, {
    architecture: architectures[process.arch] ?? process.arch,
    os: "linux",
    config: {
      Cmd: [`/usr/bin/${plays}`],
      Env: ["PATH=/usr/bin", `STAND_IN_RELEASE=${parseReference(reference).tag}`],
      Labels: {
        "org.insightpulse.stand-in": "true",
        "org.opencontainers.image.title": `stand-in for ${reference}`,
      },
    },
    rootfs: { type: "layers", diff_ids: [layer.contentDigest] },
  });
  const manifest = content(types.manifest, {
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, digest: config.digest, size: Buffer.byteLength(config.text) },
    layers: [{ mediaType: types.layer, digest: layer.digest, size: layer.size }],
  });
  return { manifest, config };
}

function content(type: string, value: unknown): Content {
  const text = JSON.stringify(value);
  return { digest: digestOf(text), type, text };
}
