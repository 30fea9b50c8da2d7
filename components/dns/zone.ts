import type * as pulumi from "@pulumi/pulumi";

/** One record, with host names written without a trailing dot whoever hosts the zone. */
export interface ZoneRecord {
  /** Stable key; the identity of the record inside the stack. */
  readonly key: string;
  /** Label below the zone, `@` for the zone itself. */
  readonly name: string;
  readonly type: "A" | "AAAA" | "CNAME" | "MX" | "NS" | "TXT" | "CAA";
  readonly value: pulumi.Input<string>;
  /** Time to live in seconds. */
  readonly ttlSeconds: number;
  /** MX only. */
  readonly priority?: number;
  /** CAA only: which kind of certificate the value may issue. */
  readonly tag?: "issue" | "issuewild";
}

/** What a zone is made of, whoever hosts it. */
export interface DnsZoneArgs {
  /** The zone's name, without a trailing dot. */
  readonly domain: string;
  readonly records: readonly ZoneRecord[];
  /** Whether the zone itself, and with it every record, refuses to be deleted. */
  readonly protectZone: boolean;
  /** The zone and those of its records that are there already, at DigitalOcean. */
  readonly adopted?: {
    readonly zone?: string | undefined;
    readonly records: Readonly<Record<string, string>>;
  };
}

/** A zone that answers for the environment's names. Both adapters are fed the same records. */
export interface DnsZone {
  /** The zone itself, without its records: from here on, who holds it can prove that it is theirs. */
  readonly zone: pulumi.Resource;
  /** Name servers to delegate the zone to, at the registrar or in the zone above. */
  readonly nameServers: pulumi.Output<string[]>;
  /** What a DigitalOcean project can hold of it: its URN, or nothing. */
  readonly projectUrns: pulumi.Output<string>[];
}

/** Full name of a record in its zone. */
export function fullName(record: Pick<ZoneRecord, "name">, domain: string): string {
  return record.name === "@" ? domain : `${record.name}.${domain}`;
}
