import { z } from "zod";
import { CloudState } from "../cloud-state.ts";
import type { NameRecord, Zone } from "./records.ts";
import {
  cloudflareRecord,
  cloudflareRecordContent,
  domainRecord,
  domainRecordContent,
} from "./vendor-records.ts";

/** What the account holds that has names. */
export interface CloudNames {
  readonly zones: readonly Zone[];
  /** Default host names of apps. */
  readonly appHosts: readonly string[];
}

const stateSchema = z.object({
  collections: z.object({
    domains: z.array(z.object({ name: z.string() })).default([]),
    domain_records: z.array(domainRecord).default([]),
    cloudflare_zones: z.array(z.object({ id: z.string(), name: z.string() })).default([]),
    cloudflare_records: z.array(cloudflareRecord).default([]),
    apps: z.array(z.object({ ingress_host: z.string().nullish() })).default([]),
  }),
});

const nothing: CloudNames = { zones: [], appHosts: [] };

/** The names in the cloud's state. */
export class CloudNameSource extends CloudState<CloudNames> {
  constructor(stateFile: string) {
    super(stateFile, nothing, namesIn);
  }
}

/** Zones and default app names in a state as the cloud writes it. */
export function namesIn(state: unknown): CloudNames {
  const { collections } = stateSchema.parse(state);
  return {
    zones: [
      ...collections.domains.map(({ name }): Zone => {
        const own = collections.domain_records.filter(({ domain }) => domain === name);
        return zone("digitalocean", name, own.map(domainRecordContent));
      }),
      ...collections.cloudflare_zones.map(({ id, name }): Zone => {
        const own = collections.cloudflare_records.filter(({ zone_id }) => zone_id === id);
        return zone("cloudflare", name, own.map(cloudflareRecordContent));
      }),
    ],
    appHosts: collections.apps.flatMap(({ ingress_host }) => ingress_host ?? []),
  };
}

/** The vendors' own name servers. */
export const ownServers = {
  digitalocean: ["ns1.digitalocean.com", "ns2.digitalocean.com", "ns3.digitalocean.com"],
  cloudflare: ["amy.ns.cloudflare.com", "bob.ns.cloudflare.com"],
} as const;
const negativeTtl = 1800;
const ownTtl = 1800;

/** What every zone has from its host, beside the records that clients write. */
function zone(host: Zone["host"], name: string, records: readonly (NameRecord | undefined)[]): Zone {
  const written = records.filter((record) => record !== undefined);
  const hasServers = written.some((record) => record.type === "NS" && record.name === name);
  const servers = hasServers
    ? []
    : ownServers[host].map((target): NameRecord => ({ name, ttl: ownTtl, type: "NS", target }));
  const soa: NameRecord = { name, ttl: ownTtl, type: "SOA", primary: ownServers[host][0], negativeTtl };
  return { name, host, records: [soa, ...servers, ...written] };
}
