import type { FastifyPluginAsync } from "fastify";
import type { CloudOptions } from "../../core/cloud.ts";
import { orNotFound } from "../../core/errors.ts";
import { REGIONS } from "../catalogue.ts";
import { findInstanceSize, INSTANCE_SIZES, type InstanceSize } from "./catalogue.ts";

const SECONDS_A_MONTH = 28 * 24 * 3600;

const sizeView = (size: InstanceSize) => ({
  name: size.slug,
  slug: size.slug,
  cpu_type: size.cpu_type,
  cpus: String(size.cpus),
  memory_bytes: String(size.memory_bytes),
  usd_per_month: size.usd_per_month.toFixed(2),
  usd_per_second: (size.usd_per_month / SECONDS_A_MONTH).toFixed(8),
  single_instance_only: size.single_instance_only,
  scalable: size.scalable,
  deprecation_intent: size.deprecated,
});

/** A place of App Platform as the API shows it. */
export function appRegionView(word: string) {
  const centres = REGIONS.filter((region) => region.apps === word);
  const label = centres[0]?.name.replace(/ \d+$/, "") ?? word;
  return { slug: word, label, data_centers: centres.map((region) => region.slug) };
}

/** What App Platform offers. */
export const appCatalogue: FastifyPluginAsync<CloudOptions> = async (app) => {
  app.get("/apps/tiers/instance_sizes", async () => ({ instance_sizes: INSTANCE_SIZES.map(sizeView) }));
  app.get<{ Params: { slug: string } }>("/apps/tiers/instance_sizes/:slug", async (request) => {
    return { instance_size: sizeView(orNotFound(findInstanceSize(request.params.slug))) };
  });
  app.get("/apps/regions", async () => {
    const words = [...new Set(REGIONS.map((region) => region.apps).filter((word) => word !== undefined))];
    return { regions: words.map(appRegionView) };
  });
};
