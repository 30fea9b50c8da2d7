import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import { type DnsZone, type DnsZoneArgs, fullName, type ZoneRecord } from "./zone.ts";

/** What a zone at Cloudflare needs beside its records: an existing zone, or the account to make it in. */
export interface CloudflareZoneArgs extends DnsZoneArgs {
  readonly location: { readonly zoneId: string } | { readonly accountId: string };
}

/**
 * A zone at Cloudflare. Deleting it deletes every record: protect it while names depend on it.
 *
 * Records are never proxied: the hosts terminate TLS themselves, and certificates come by DNS.
 */
export class CloudflareZone extends pulumi.ComponentResource implements DnsZone {
  readonly zone: pulumi.Resource;
  readonly nameServers: pulumi.Output<string[]>;
  readonly projectUrns: pulumi.Output<string>[] = [];

  constructor(name: string, args: CloudflareZoneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:dns:CloudflareZone", name, {}, opts);
    const zone =
      "zoneId" in args.location
        ? cloudflare.Zone.get(`${name}-zone`, args.location.zoneId, undefined, { parent: this })
        : new cloudflare.Zone(
            `${name}-zone`,
            { name: args.domain, account: { id: args.location.accountId } },
            { parent: this, protect: args.protectZone },
          );
    for (const record of args.records) {
      new cloudflare.DnsRecord(
        `${name}-${record.key}`,
        {
          zoneId: zone.id,
          name: fullName(record, args.domain),
          type: record.type,
          ttl: record.ttlSeconds,
          proxied: false,
          ...content(record),
          ...(record.priority === undefined ? {} : { priority: record.priority }),
        },
        { parent: this },
      );
    }
    this.zone = zone;
    this.nameServers = zone.nameServers;
    this.registerOutputs({ nameServers: this.nameServers, projectUrns: this.projectUrns });
  }
}

/** Cloudflare takes CAA in parts, everything else as one text. */
function content(record: ZoneRecord): Pick<cloudflare.DnsRecordArgs, "content" | "data"> {
  if (record.tag === undefined) return { content: record.value };
  return { data: { flags: 0, tag: record.tag, value: record.value } };
}
