import { unlessGone } from "../../framework/http.ts";
import type { Operation } from "../../framework/operation.ts";
import { number, string } from "../../framework/properties.ts";
import type { Live, Resource } from "../../framework/resource.ts";
import type { JsonObject } from "../../framework/wire.ts";
import { jsonObject, jsonText, toWire } from "../../framework/wire.ts";
import type { Api, Clients } from "../clients.ts";
import { shownTime } from "../formats.ts";

const SERVER = "registry.digitalocean.com";

const inputs = {
  name: string({ autoName: {}, replace: true }),
  subscriptionTierSlug: string({ required: true, oneOf: ["starter", "basic", "professional"] }),
  region: string({ computed: true, replace: true }),
};

async function toLive(api: Api, answer: JsonObject, operation: Operation): Promise<Live> {
  const registry = jsonObject(answer.registry);
  const subscription = await api("GET", "/v2/registries/subscription", operation);
  const tier = jsonObject(jsonObject(subscription.subscription).tier);
  const id = jsonText(registry.name);
  return {
    id,
    state: {
      name: id,
      region: jsonText(registry.region),
      endpoint: `${SERVER}/${id}`,
      serverUrl: SERVER,
      createdAt: shownTime(registry.created_at),
      storageUsageBytes: Number(registry.storage_usage_bytes ?? 0),
      subscriptionTierSlug: jsonText(tier.slug),
    },
  };
}

/** The account's registry of container images. */
export const containerRegistry: Resource<Clients> = {
  token: "digitalocean:index/containerRegistry:ContainerRegistry",
  inputs,
  outputs: { createdAt: string(), endpoint: string(), serverUrl: string(), storageUsageBytes: number() },

  async create({ api }, declared, operation) {
    return toLive(api, await api("POST", "/v2/registry", operation, toWire(inputs, declared)), operation);
  },

  async read({ api }, id, _known, operation) {
    const answer = await unlessGone(api("GET", `/v2/registries/${id}`, operation));
    return answer === undefined ? undefined : toLive(api, answer, operation);
  },

  async update({ api }, id, stored, declared, operation) {
    const { subscriptionTierSlug: tier } = declared;
    if (stored.subscriptionTierSlug !== tier) {
      await api("POST", "/v2/registries/subscription", operation, { tier_slug: String(tier) });
    }
    return toLive(api, await api("GET", `/v2/registries/${id}`, operation), operation);
  },

  async delete({ api }, id, _stored, operation) {
    await unlessGone(api("DELETE", `/v2/registries/${id}`, operation));
  },
};
