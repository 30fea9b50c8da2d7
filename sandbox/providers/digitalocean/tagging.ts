import type { Operation } from "../framework/operation.ts";
import type { Property } from "../framework/properties.ts";
import { set, string } from "../framework/properties.ts";
import type { Fields } from "../framework/values.ts";
import { textsOf } from "../framework/values.ts";
import type { Api } from "./clients.ts";
import { sameIgnoringCase } from "./formats.ts";

/** The `tags` input of taggable resources. */
export const tags = (): Property => set(string({ same: sameIgnoringCase }));

/** Takes away the tags no longer declared and puts on the new ones, making those that do not exist yet. */
export async function changeTags(
  api: Api,
  resource: { id: string; type: "droplet" | "volume" },
  stored: Fields,
  declared: Fields,
  operation: Operation,
): Promise<void> {
  const before = textsOf(stored.tags);
  const after = textsOf(declared.tags);
  const lacks = (tags: string[], tag: string) => !tags.some((other) => sameIgnoringCase(other, tag));
  const body = { resources: [{ resource_id: resource.id, resource_type: resource.type }] };
  for (const tag of before.filter((candidate) => lacks(after, candidate))) {
    await api("DELETE", `/v2/tags/${encodeURIComponent(tag)}/resources`, operation, body);
  }
  for (const tag of after.filter((candidate) => lacks(before, candidate))) {
    await api("POST", "/v2/tags", operation, { name: tag });
    await api("POST", `/v2/tags/${encodeURIComponent(tag)}/resources`, operation, body);
  }
}
