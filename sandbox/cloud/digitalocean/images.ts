import type { FastifyPluginAsync } from "fastify";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { orNotFound, unprocessable } from "../core/errors.ts";
import { paginate } from "../core/paging.ts";
import { IMAGES, type PublicImage, REGIONS } from "./catalogue.ts";
import type { Snapshot } from "./records.ts";

// The catalogue does not record when the vendor built an image, so they all carry the catalogue's own date.
const CATALOGUE_DATE = "2026-11-01T00:00:00Z";

const publicView = (image: PublicImage) => ({
  id: image.id,
  name: image.name,
  distribution: image.distribution,
  slug: image.slug,
  public: true,
  regions: REGIONS.map((region) => region.slug),
  created_at: CATALOGUE_DATE,
  type: "base",
  min_disk_size: image.min_disk_size,
  size_gigabytes: 1,
  description: `${image.distribution} ${image.name}`,
  tags: [],
  status: "available",
});

const snapshotView = (snapshot: Snapshot) => ({
  id: Number(snapshot.id),
  name: snapshot.name,
  distribution: snapshot.distribution,
  slug: null,
  public: false,
  regions: snapshot.regions,
  created_at: snapshot.created_at,
  type: "snapshot",
  min_disk_size: snapshot.min_disk_size,
  size_gigabytes: snapshot.size_gigabytes,
  description: "",
  tags: snapshot.tags,
  status: "available",
});

export type ImageView = ReturnType<typeof publicView> | ReturnType<typeof snapshotView>;

/** A public image by slug or number, or a droplet snapshot by number. */
export function findImage(cloud: Cloud, slugOrId: string | number): ImageView | undefined {
  const wanted = String(slugOrId);
  const image = IMAGES.find((candidate) => candidate.slug === wanted || String(candidate.id) === wanted);
  if (image) return publicView(image);
  const snapshot = cloud.state.snapshots.get(wanted);
  return snapshot?.resource_type === "droplet" ? snapshotView(snapshot) : undefined;
}

/** The image that a droplet is to be made of, or the vendor's refusal. */
export function imageFor(cloud: Cloud, slugOrId: string | number, region: string): ImageView {
  const image = findImage(cloud, slugOrId);
  if (!image) throw unprocessable("image: You specified an invalid image for Droplet creation.");
  if (!image.regions.includes(region)) throw unprocessable(`image: The image is not available in ${region}.`);
  return image;
}

/** Public images, and the snapshots of droplets. */
export const images: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  app.get<{ Querystring: { private?: string; type?: string } }>("/images", async (request) => {
    const own = cloud.state.snapshots
      .filter((snapshot) => snapshot.resource_type === "droplet")
      .map(snapshotView);
    const common = IMAGES.map(publicView);
    const all: ImageView[] = request.query.private === "true" ? own : [...common, ...own];
    const matching = request.query.type === undefined ? all : all.filter((image) => image.public);
    const page = paginate(matching, request, cloud.apiUrl);
    return { images: page.items, links: page.links, meta: page.meta };
  });
  app.get<{ Params: { id: string } }>("/images/:id", async (request) => {
    return { image: orNotFound(findImage(cloud, request.params.id)) };
  });
};
