import type { FastifyPluginAsync } from "fastify";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { unprocessable } from "../core/errors.ts";
import { paginate } from "../core/paging.ts";
import { findRegion, REGIONS, type Region, SIZES } from "./catalogue.ts";

/** A region as the API shows it. */
export function regionView(slug: string) {
  const region = findRegion(slug);
  return {
    slug,
    name: region?.name ?? slug,
    sizes: SIZES.filter((size) => size.regions.includes(slug)).map((size) => size.slug),
    features: ["backups", "ipv6", "metadata", "install_agent", "storage", "image_transfer"],
    available: true,
  };
}

/** The region of that name, or the vendor's refusal. */
export function knownRegion(slug: string): Region {
  const region = findRegion(slug);
  if (!region) throw unprocessable(`region: ${slug} is not a valid region`);
  return region;
}

/** The region of that name, where something is to be made; or the vendor's refusal, also while the region is away. */
export function openRegion({ faults }: Pick<Cloud, "faults">, slug: string): Region {
  const region = knownRegion(slug);
  if (faults.isAway(slug)) throw unprocessable(`region: ${slug} is not available`);
  return region;
}

/** The datacentre regions. */
export const regions: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  app.get("/regions", async (request) => {
    const page = paginate([...REGIONS], request, cloud.apiUrl);
    return { regions: page.items.map(({ slug }) => regionView(slug)), links: page.links, meta: page.meta };
  });
};
