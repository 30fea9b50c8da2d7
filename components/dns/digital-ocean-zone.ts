import * as pulumi from "@pulumi/pulumi";
import * as digitalocean from "../digitalocean.ts";
import { importing } from "../importing.ts";
import type { DnsZone, DnsZoneArgs, ZoneRecord } from "./zone.ts";

/** Record types whose values are host names: DigitalOcean keeps those with a trailing dot. */
const hostNameTypes: ReadonlySet<ZoneRecord["type"]> = new Set(["CNAME", "MX", "NS", "CAA"]);

/** A zone at DigitalOcean. Deleting it deletes every record: protect it while names depend on it. */
export class DigitalOceanZone extends pulumi.ComponentResource implements DnsZone {
  readonly zone: pulumi.Resource;
  readonly nameServers: pulumi.Output<string[]>;
  readonly projectUrns: pulumi.Output<string>[];

  constructor(name: string, args: DnsZoneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:dns:DigitalOceanZone", name, {}, opts);
    const zone = new digitalocean.Domain(
      `${name}-zone`,
      { name: args.domain },
      { parent: this, protect: args.protectZone, ...importing(args.adopted?.zone) },
    );
    const live = args.adopted?.records ?? {};
    for (const record of args.records) {
      new digitalocean.DnsRecord(
        `${name}-${record.key}`,
        {
          domain: zone.name,
          name: record.name,
          type: record.type,
          value: hostNameTypes.has(record.type) ? pulumi.interpolate`${record.value}.` : record.value,
          ttl: record.ttlSeconds,
          ...(record.priority === undefined ? {} : { priority: record.priority }),
          ...(record.tag === undefined ? {} : { tag: record.tag, flags: 0 }),
        },
        { parent: this, ...importing(importIdOf(args.domain, live[record.key])) },
      );
    }
    this.zone = zone;
    this.nameServers = pulumi.output([1, 2, 3].map((number) => `ns${number}.digitalocean.com`));
    this.projectUrns = [zone.domainUrn];
    this.registerOutputs({ nameServers: this.nameServers, projectUrns: this.projectUrns });
  }
}

/** A record is imported by its zone and its id in there. */
function importIdOf(domain: string, id: string | undefined): string | undefined {
  return id === undefined ? undefined : `${domain},${id}`;
}
