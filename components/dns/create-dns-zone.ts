import type * as pulumi from "@pulumi/pulumi";
import { DigitalOceanZone } from "./digital-ocean-zone.ts";
import { printRecordTable } from "./record-table.ts";
import type { DnsZone, DnsZoneArgs } from "./zone.ts";

/** Who hosts the zone. */
export interface DnsProviderChoice {
  readonly provider: "digitalocean" | "cloudflare" | "elsewhere";
  /** Needed with cloudflare. */
  readonly cloudflare?: { readonly zoneId: string } | { readonly accountId: string } | undefined;
}

/**
 * The zone at whoever hosts it; nothing when that is somebody the stack does not speak to: then its records are
 * printed as a table.
 *
 * Cloudflare's package is large and loaded only when it is used.
 */
export async function createDnsZone(
  name: string,
  { provider, cloudflare }: DnsProviderChoice,
  args: DnsZoneArgs,
  opts?: pulumi.ComponentResourceOptions,
): Promise<DnsZone | undefined> {
  switch (provider) {
    case "digitalocean":
      return new DigitalOceanZone(name, args, opts);
    case "cloudflare": {
      if (cloudflare === undefined)
        throw new Error("a zone at Cloudflare needs its zoneId, or the accountId to make it in");
      const { CloudflareZone } = await import("./cloudflare-zone.ts");
      return new CloudflareZone(name, { ...args, location: cloudflare }, opts);
    }
    case "elsewhere":
      printRecordTable(args.domain, args.records);
      return undefined;
  }
}
