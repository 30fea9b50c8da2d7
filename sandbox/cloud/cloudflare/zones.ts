import { randomBytes } from "node:crypto";
import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { accountOf } from "../digitalocean/account.ts";
import { invalid, listing, orMissing, parse, success } from "./envelope.ts";
import type { Zone } from "./records.ts";

const ZoneName = z
  .string()
  .toLowerCase()
  .regex(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, "is not a valid domain name");
const Create = z.strictObject({
  name: ZoneName,
  account: z.strictObject({ id: z.string().optional(), name: z.string().optional() }).optional(),
  type: z.enum(["full", "partial", "secondary", "internal"]).default("full"),
  jump_start: z.boolean().optional(),
  // Documented for updates only, yet the official provider sends it, as false, with every new zone.
  paused: z.literal(false).optional(),
});
const Update = z.strictObject({
  paused: z.boolean().optional(),
  type: z.enum(["full", "partial", "secondary", "internal"]).optional(),
  vanity_name_servers: z.array(z.string()).optional(),
});

/** An identifier of the vendor's form: 32 hexadecimal digits. */
export const cloudflareId = (): string => randomBytes(16).toString("hex");

/** The zone of that id, or the vendor's answer to a wrong one. */
export function findZone(cloud: Cloud, id: string): Zone {
  return orMissing(cloud.state.zones.get(id), 1001, "Invalid zone identifier");
}

const view = (zone: Zone) => ({
  ...zone,
  status: "active",
  activated_on: zone.created_on,
  development_mode: 0,
  name_servers: ["ada.ns.cloudflare.com", "bob.ns.cloudflare.com"],
  original_name_servers: [],
  original_dnshost: null,
  original_registrar: null,
  meta: {
    cdn_only: false,
    custom_certificate_quota: 0,
    dns_only: false,
    foundation_dns: false,
    page_rule_quota: 3,
  },
  owner: { id: null, name: null, type: "user" },
  permissions: ["#zone:read", "#zone:edit", "#dns_records:read", "#dns_records:edit"],
  plan: {
    id: "0feeeeeeeeeeeeeeeeeeeeeeeeeeeeee",
    name: "Free Website",
    price: 0,
    currency: "USD",
    is_subscribed: false,
  },
  vanity_name_servers: [],
});

/** Zones. */
export const zones: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { zones, cloudflareRecords } = cloud.state;
  type ById = { Params: { id: string } };

  app.get<{ Querystring: { name?: string; "account.id"?: string } }>("/zones", async (request) => {
    const { name, "account.id": account } = request.query;
    const matching = zones.filter(
      (zone) =>
        (name === undefined || zone.name === name) && (account === undefined || zone.account.id === account),
    );
    return listing(matching.map(view), request.query);
  });
  app.post("/zones", async (request) => {
    const { name, account, type } = parse(Create, request.body);
    if (zones.find((zone) => zone.name === name)) throw invalid(`${name} already exists`, 1061);
    const now = new Date().toISOString();
    const owner = {
      id: account?.id ?? accountOf(cloud).uuid.replaceAll("-", ""),
      name: accountOf(cloud).name,
    };
    const times = { created_on: now, modified_on: now };
    return success(
      view(zones.put({ id: cloudflareId(), name, type, paused: false, account: owner, ...times })),
    );
  });
  app.get<ById>("/zones/:id", async (request) => success(view(findZone(cloud, request.params.id))));
  app.patch<ById>("/zones/:id", async (request) => {
    const zone = findZone(cloud, request.params.id);
    const { paused = zone.paused, type = zone.type } = parse(Update, request.body);
    return success(view(zones.put({ ...zone, paused, type, modified_on: new Date().toISOString() })));
  });
  app.delete<ById>("/zones/:id", async (request) => {
    const { id } = findZone(cloud, request.params.id);
    for (const record of cloudflareRecords.filter((one) => one.zone_id === id))
      cloudflareRecords.delete(record.id);
    zones.delete(id);
    return success({ id });
  });
};
