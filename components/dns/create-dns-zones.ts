import type * as pulumi from "@pulumi/pulumi";
import { DigitalOceanZone } from "./digital-ocean-zone.ts";
import { printRecordTable } from "./record-table.ts";
import type { DnsZone, DnsZoneArgs } from "./zone.ts";

/** Somebody the stack can keep a zone at. */
export type ZoneHost = "digitalocean" | "cloudflare";

/** Who holds the records. */
export interface DnsProviderChoice {
  /** Whom the zone is delegated to. */
  readonly provider: ZoneHost | "elsewhere";
  /** Who holds the same records while the zone moves. No name depends on these, so they are never protected. */
  readonly alsoServe: readonly ZoneHost[];
  /** Needed with cloudflare. */
  readonly cloudflare?: CloudflareLocation | undefined;
}

type CloudflareLocation = { readonly zoneId: string } | { readonly accountId: string };

/**
 * The zone at everybody who holds it, by provider, all with the same records. For `elsewhere`, somebody the stack does
 * not speak to, the records are printed as a table.
 */
export async function createDnsZones(
  name: string,
  { provider, alsoServe, cloudflare }: DnsProviderChoice,
  args: DnsZoneArgs,
  opts?: pulumi.ComponentResourceOptions,
): Promise<Partial<Record<ZoneHost, DnsZone>>> {
  const zones: Partial<Record<ZoneHost, DnsZone>> = {};
  if (provider === "elsewhere") printRecordTable(args.domain, args.records);
  else zones[provider] = await createDnsZone(name, provider, cloudflare, args, opts);
  for (const host of alsoServe) {
    const passing = { ...args, protectZone: false };
    zones[host] = await createDnsZone(name, host, cloudflare, passing, { ...opts, protect: false });
  }
  return zones;
}

/**
 * The name may be the same at each host: their types differ, and so a zone that is only passing becomes the main one, and
 * the other way round, without a change of any resource. Cloudflare's package is large and loaded only when it is used.
 */
async function createDnsZone(
  name: string,
  host: ZoneHost,
  cloudflare: CloudflareLocation | undefined,
  args: DnsZoneArgs,
  opts?: pulumi.ComponentResourceOptions,
): Promise<DnsZone> {
  if (host === "digitalocean") return new DigitalOceanZone(name, args, opts);
  if (cloudflare === undefined)
    throw new Error("a zone at Cloudflare needs its zoneId, or the accountId to make it in");
  const { CloudflareZone } = await import("./cloudflare-zone.ts");
  return new CloudflareZone(name, { ...args, location: cloudflare }, opts);
}
