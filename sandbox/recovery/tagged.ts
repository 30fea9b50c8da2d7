import type { CloudKeys } from "../engine/cloud.ts";
import type { Stray } from "../engine/sandbox.ts";
import { listItems } from "./vendor.ts";

/** Type token of a tag; its id is its name. */
export const tagType = "digitalocean:index/tag:Tag";

/** Droplets with any of these tags. The vendor lets two have one name, so a tag is all that tells whose they are. */
export async function findTagged(tags: readonly string[], cloud: CloudKeys): Promise<Stray[]> {
  if (tags.length === 0) return [];
  const droplets = await listItems(cloud, "/v2/droplets", "droplets");
  return droplets
    .filter((droplet) => Array.isArray(droplet.tags) && droplet.tags.some((tag) => tags.includes(tag)))
    .map(({ id, name }) => ({ id: String(id), name: String(name) }));
}
