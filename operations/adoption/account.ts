import { z } from "zod";
import { roundUsd } from "../../config/derive/money.ts";
import { registryTiers, snapshotGib, unassignedReservedIp, volumeGib } from "../../config/tables/prices.ts";
import type { DigitalOceanApi } from "./api.ts";
import type { LiveThing } from "./live-thing.ts";
import type { Opening } from "./openings.ts";

const place = z.object({ slug: z.string() });

const droplet = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  region: place,
  vpc_uuid: z.string().optional(),
  size: z.object({ price_monthly: z.number() }),
  networks: z.object({ v4: z.array(z.object({ ip_address: z.string() })).default([]) }),
});

const component = z.object({
  instance_size_slug: z.string().optional(),
  instance_count: z.number().optional(),
});

const app = z.object({
  id: z.string(),
  spec: z.object({
    name: z.string(),
    domains: z.array(z.object({ domain: z.string() })).default([]),
    services: z.array(component).default([]),
    workers: z.array(component).default([]),
  }),
  active_deployment: z.object({ id: z.string() }).nullish(),
});

const network = z.object({ id: z.string(), name: z.string(), region: z.string(), default: z.boolean() });

const inboundRule = z.object({
  protocol: z.string(),
  ports: z.string().nullish(),
  sources: z.object({
    addresses: z.array(z.string()).nullish(),
    tags: z.array(z.string()).nullish(),
    droplet_ids: z.array(z.number()).nullish(),
    load_balancer_uids: z.array(z.string()).nullish(),
    kubernetes_ids: z.array(z.string()).nullish(),
  }),
});

const firewall = z.object({
  id: z.string(),
  name: z.string(),
  inbound_rules: z.array(inboundRule).nullish(),
  droplet_ids: z.array(z.number()).nullish(),
  tags: z.array(z.string()).nullish(),
});

const volume = z.object({
  id: z.string(),
  name: z.string(),
  region: place,
  size_gigabytes: z.number(),
  droplet_ids: z.array(z.number()).nullish(),
});

const snapshot = z.object({
  id: z.union([z.string(), z.number()]).transform(String),
  name: z.string(),
  resource_type: z.string(),
  size_gigabytes: z.number(),
});

const zone = z.object({ name: z.string() });
const record = z.object({
  ...{ id: z.number(), type: z.string(), name: z.string(), data: z.string() },
  tag: z.string().nullish(),
});
const reservedAddress = z.object({
  ip: z.string(),
  region: place,
  droplet: z.object({ id: z.number() }).nullish(),
});
const key = z.object({ id: z.number(), name: z.string() });
const project = z.object({ id: z.string(), name: z.string(), is_default: z.boolean() });
const registry = z.object({ registry: z.object({ name: z.string() }).nullish() });
const subscription = z.object({ subscription: z.object({ tier: z.object({ slug: z.string() }) }) });
const instanceSize = z.object({ slug: z.string(), usd_per_month: z.coerce.number() });

/** Everything in the account that a stack could own, or that somebody has left there. Changes nothing. */
export async function readAccount(api: DigitalOceanApi): Promise<LiveThing[]> {
  const droplets = await api.list("/v2/droplets", "droplets", droplet);
  const parts = [
    droplets.map(dropletThing),
    await appThings(api),
    (await api.list("/v2/vpcs", "vpcs", network)).map((one) => networkThing(one, droplets)),
    (await api.list("/v2/firewalls", "firewalls", firewall)).map(firewallThing),
    (await api.list("/v2/volumes", "volumes", volume)).map(volumeThing),
    await registryThings(api),
    (await api.list("/v2/projects", "projects", project)).map(
      ({ id, name, is_default }): LiveThing => ({
        ...{ kind: "project", id, name, traits: [], monthlyUsd: 0 },
        ...(is_default && { isVendors: true as const }),
      }),
    ),
    (await api.list("/v2/reserved_ips", "reserved_ips", reservedAddress)).map(reservedThing),
    (await api.list("/v2/snapshots", "snapshots", snapshot)).map(
      ({ id, name, resource_type, size_gigabytes }): LiveThing => ({
        ...{ kind: "snapshot", id, name, traits: [], note: `of a ${resource_type}, ${size_gigabytes} GiB` },
        monthlyUsd: roundUsd(size_gigabytes * snapshotGib.monthlyUsd),
      }),
    ),
    (await api.list("/v2/account/keys", "ssh_keys", key)).map(
      ({ id, name }): LiveThing => ({ kind: "key", id: String(id), name, traits: [], monthlyUsd: 0 }),
    ),
    await nameThings(api),
  ];
  return parts.flat();
}

function dropletThing({ id, name, status, region, size, networks }: z.output<typeof droplet>): LiveThing {
  return {
    ...{ kind: "droplet", id: String(id), name, region: region.slug, monthlyUsd: size.price_monthly },
    traits: networks.v4.map(({ ip_address }) => ip_address),
    ...(status === "active" ? {} : { note: `it is ${status}, and costs the same` }),
  };
}

async function appThings(api: DigitalOceanApi): Promise<LiveThing[]> {
  const apps = await api.list("/v2/apps", "apps", app);
  if (apps.length === 0) return [];
  const sizes = await api.list("/v2/apps/tiers/instance_sizes", "instance_sizes", instanceSize);
  const prices = new Map(sizes.map(({ slug, usd_per_month }) => [slug, usd_per_month]));
  return apps.map(({ id, spec, active_deployment }) => ({
    ...{ kind: "app", id, name: spec.name, traits: spec.domains.map(({ domain }) => domain) },
    monthlyUsd: [...spec.services, ...spec.workers].reduce(
      (sum, { instance_size_slug: slug = "", instance_count: count = 1 }) =>
        sum + count * (prices.get(slug) ?? 0),
      0,
    ),
    ...(active_deployment ? {} : { note: "no deployment of it has ever served" }),
  }));
}

function networkThing(
  { id, name, region, default: isVendors }: z.output<typeof network>,
  droplets: readonly z.output<typeof droplet>[],
): LiveThing {
  const traits = droplets.filter(({ vpc_uuid }) => vpc_uuid === id).map((one) => String(one.id));
  return { ...{ kind: "network", id, name, region, traits, monthlyUsd: 0 }, ...(isVendors && { isVendors }) };
}

function firewallThing({
  id,
  name,
  inbound_rules: rules,
  droplet_ids,
  tags,
}: z.output<typeof firewall>): LiveThing {
  const guards = (droplet_ids ?? []).length + (tags ?? []).length > 0;
  return {
    ...{ kind: "firewall", id, name, traits: (droplet_ids ?? []).map(String), monthlyUsd: 0 },
    openings: (rules ?? []).map(openingOf),
    ...(guards ? {} : { note: "guards nothing" }),
  };
}

function openingOf({ protocol, ports, sources }: z.output<typeof inboundRule>): Opening {
  const from = [
    ...(sources.addresses ?? []),
    ...(sources.tags ?? []).map((tag) => `droplets with tag ${tag}`),
    ...(sources.droplet_ids ?? []).map((id) => `droplet ${id}`),
    ...(sources.load_balancer_uids ?? []).map((id) => `load balancer ${id}`),
    ...(sources.kubernetes_ids ?? []).map((id) => `cluster ${id}`),
  ];
  return { protocol, from, ...(ports ? { ports } : {}) };
}

function volumeThing({ id, name, region, size_gigabytes, droplet_ids }: z.output<typeof volume>): LiveThing {
  const isAttached = (droplet_ids ?? []).length > 0;
  return {
    ...{ kind: "volume", id, name, region: region.slug, traits: (droplet_ids ?? []).map(String) },
    monthlyUsd: roundUsd(size_gigabytes * volumeGib.monthlyUsd),
    note: `${size_gigabytes} GiB, ${isAttached ? "attached" : "attached to nothing"}`,
  };
}

async function registryThings(api: DigitalOceanApi): Promise<LiveThing[]> {
  const found = (await api.get("/v2/registry", registry))?.registry;
  if (!found) return [];
  const tier = (await api.get("/v2/registry/subscription", subscription))?.subscription.tier.slug ?? "";
  const { monthlyUsd = 0 } = registryTiers[tier as keyof typeof registryTiers] ?? {};
  return [{ kind: "registry", id: found.name, name: found.name, traits: [], monthlyUsd }];
}

function reservedThing({ ip, region, droplet: holder }: z.output<typeof reservedAddress>): LiveThing {
  const traits = holder ? [String(holder.id)] : [];
  return {
    ...{ kind: "reserved address", id: ip, name: ip, region: region.slug, traits },
    monthlyUsd: holder ? 0 : unassignedReservedIp.monthlyUsd,
    ...(holder ? {} : { note: "assigned to no droplet" }),
  };
}

async function nameThings(api: DigitalOceanApi): Promise<LiveThing[]> {
  const things: LiveThing[] = [];
  for (const { name: domain } of await api.list("/v2/domains", "domains", zone)) {
    const records = await api.list(`/v2/domains/${domain}/records`, "domain_records", record);
    const own = records.filter((one) => !isVendors(one));
    const note = own.map(({ type, name, data }) => `${type} ${fullName(name, domain)} to ${data}`).join(", ");
    things.push({
      kind: "zone",
      id: domain,
      name: domain,
      traits: [],
      monthlyUsd: 0,
      note: note || "no records",
    });
    for (const { id, type, name, data, tag } of own) {
      things.push({
        ...{ kind: "record", id: `${domain}/${id}`, name: fullName(name, domain) },
        traits: [type, data, ...(tag ? [tag] : [])],
        ...{ monthlyUsd: 0, note: `${type} to ${data}` },
      });
    }
  }
  return things;
}

const fullName = (name: string, domain: string) => (name === "@" ? domain : `${name}.${domain}`);

/** These come with the zone, and go with it. */
function isVendors({ type, name }: z.output<typeof record>): boolean {
  return type === "SOA" || (type === "NS" && name === "@");
}
