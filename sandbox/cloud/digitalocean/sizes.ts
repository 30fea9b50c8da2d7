import type { FastifyPluginAsync } from "fastify";
import type { CloudOptions } from "../core/cloud.ts";
import { unprocessable } from "../core/errors.ts";
import { paginate } from "../core/paging.ts";
import { findSize, SIZES, type Size } from "./catalogue.ts";

/** A size as the API shows it. */
export const sizeView = (size: Size) => ({ ...size, available: true });

/** The size of that name if it is sold in the region, or the vendor's refusal. */
export function sizeSoldIn(slug: string, region: string): Size {
  const size = findSize(slug);
  if (!size) throw unprocessable(`size: ${slug} is not a valid size`);
  if (!size.regions.includes(region)) {
    throw unprocessable(
      `Size is not available in this region. ${slug} is sold in ${size.regions.join(", ")}.`,
    );
  }
  return size;
}

/** The droplet sizes. */
export const sizes: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  app.get("/sizes", async (request) => {
    const page = paginate([...SIZES], request, cloud.apiUrl);
    return { sizes: page.items.map(sizeView), links: page.links, meta: page.meta };
  });
};
