import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { badRequest, conflict, orNotFound, preconditionFailed } from "../core/errors.ts";
import { timestamp } from "../core/time.ts";
import { parseBody } from "../core/validation.ts";
import { REGISTRY_REGIONS } from "./catalogue.ts";
import type { Registry } from "./records.ts";
import { makeRegistryLogin } from "./registry-logins.ts";

const MIB = 2 ** 20;
const HOST = "registry.digitalocean.com";

/** Subscription tiers by the vendor's OpenAPI description of August 2026. */
const TIERS = {
  starter: { name: "Starter", repositories: 1, mib: 500, overage: false, cents: 0 },
  basic: { name: "Basic", repositories: 5, mib: 5 * 1024, overage: true, cents: 500 },
  professional: { name: "Professional", repositories: 0, mib: 100 * 1024, overage: true, cents: 2000 },
} as const;
type Tier = keyof typeof TIERS;

const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,62}$/, "must be lower-case letters, digits and dashes, 63 at most");
const TierSlug = z.enum(Object.keys(TIERS) as [Tier, ...Tier[]]);
const Create = z.strictObject({
  name: Name,
  subscription_tier_slug: TierSlug.optional(),
  region: z.enum(REGISTRY_REGIONS).optional(),
});
const ChangeTier = z.strictObject({ tier_slug: TierSlug });
const ValidateName = z.strictObject({ name: Name });
const CredentialsQuery = z.object({
  read_write: z.enum(["true", "false"]).default("false"),
  expiry_seconds: z.coerce.number().int().min(0).optional(),
});

const tierView = (slug: Tier) => ({
  name: TIERS[slug].name,
  slug,
  included_repositories: TIERS[slug].repositories,
  included_storage_bytes: TIERS[slug].mib * MIB,
  allow_storage_overage: TIERS[slug].overage,
  included_bandwidth_bytes: TIERS[slug].mib * MIB,
  monthly_price_in_cents: TIERS[slug].cents,
});

// What is pushed lies in the registry itself, which nobody measures here.
const view = (registry: Registry) => ({
  ...registry,
  storage_usage_bytes: 0,
  storage_usage_bytes_updated_at: registry.created_at,
  read_only: false,
});

function subscribe(cloud: Cloud, tier: Tier): void {
  const created_at = cloud.state.registrySubscription.get("current")?.created_at ?? timestamp();
  cloud.state.registrySubscription.put({ tier, created_at, updated_at: timestamp() });
}

/** Adds the account's registry after all the vendor's checks. */
export function addRegistry(cloud: Cloud, body: unknown): Registry {
  const { name, subscription_tier_slug, region = "nyc3" } = parseBody(Create, body);
  const { registries, registrySubscription } = cloud.state;
  if (registries.get(name)) throw conflict("registry name is already in use");
  if (registries.all().length > 0) throw preconditionFailed("the account already has a container registry");
  if (subscription_tier_slug) subscribe(cloud, subscription_tier_slug);
  else if (!registrySubscription.get("current")) throw badRequest("subscription_tier_slug: is required");
  return registries.put({ name, region, created_at: timestamp() });
}

/** A Docker login for the registry, in the form of Docker's own file. */
function dockerCredentials(cloud: Cloud, query: unknown) {
  const { read_write, expiry_seconds } = parseBody(CredentialsQuery, query);
  const login = makeRegistryLogin(cloud, read_write === "true", expiry_seconds);
  return { auths: { [HOST]: { auth: Buffer.from(login).toString("base64") } } };
}

/** The container registry, by the calls for one registry and by those for several. */
export const registry: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { registries, registrySubscription } = cloud.state;
  type ByName = { Params: { name: string } };
  const only = () => orNotFound(registries.all()[0], "registry does not exist");
  const find = (name: string) => orNotFound(registries.get(name), "registry does not exist");
  const subscription = () => {
    const { tier, ...times } = orNotFound(registrySubscription.get("current"), "no subscription exists");
    return { subscription: { tier: tierView(tier as Tier), ...times } };
  };

  app.get("/registry", async () => ({ registry: view(only()) }));
  app.get("/registries", async () => {
    return { registries: registries.all().map(view), total_storage_usage_bytes: 0 };
  });
  app.get<ByName>("/registries/:name", async (request) => ({ registry: view(find(request.params.name)) }));
  app.delete("/registry", async (_request, reply) => {
    registries.delete(only().name);
    reply.code(204);
  });
  app.delete<ByName>("/registries/:name", async (request, reply) => {
    registries.delete(find(request.params.name).name);
    reply.code(204);
  });
  app.get<ByName>("/registries/:name/docker-credentials", async (request) => {
    find(request.params.name);
    return dockerCredentials(cloud, request.query);
  });
  app.get("/registry/docker-credentials", async (request) => {
    only();
    return dockerCredentials(cloud, request.query);
  });

  for (const base of ["/registry", "/registries"]) {
    app.post(base, async (request, reply) => {
      reply.code(201);
      return { registry: view(addRegistry(cloud, request.body)) };
    });
    app.get(`${base}/subscription`, async () => subscription());
    app.post(`${base}/subscription`, async (request) => {
      subscribe(cloud, parseBody(ChangeTier, request.body).tier_slug);
      return subscription();
    });
    app.get(`${base}/options`, async () => ({
      options: {
        available_regions: REGISTRY_REGIONS,
        subscription_tiers: (Object.keys(TIERS) as Tier[]).map((slug) => ({
          ...tierView(slug),
          eligible: true,
        })),
      },
    }));
    app.post(`${base}/validate-name`, async (request, reply) => {
      if (registries.get(parseBody(ValidateName, request.body).name))
        throw conflict("registry name is already in use");
      reply.code(204);
    });
  }
};
