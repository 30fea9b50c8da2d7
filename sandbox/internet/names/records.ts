/**
 * What a record says, by its type. Names are in lower case and without the dot at the end. SRV is missing: the library
 * writes its names in a form that resolvers refuse, and nothing here asks for it.
 */
export type RecordContent =
  | { readonly type: "A" | "AAAA"; readonly address: string }
  | { readonly type: "CNAME"; readonly target: string }
  | { readonly type: "NS"; readonly target: string }
  | { readonly type: "MX"; readonly priority: number; readonly target: string }
  | { readonly type: "TXT"; readonly text: string }
  | { readonly type: "CAA"; readonly flags: number; readonly tag: string; readonly value: string }
  | { readonly type: "SOA"; readonly primary: string; readonly negativeTtl: number };

/** One record as the name server gives it out. */
export type NameRecord = { readonly name: string; readonly ttl: number } & RecordContent;

/** Types of records that are known here. */
export type RecordType = NameRecord["type"];

/** Whose name servers hold a zone. */
export type ZoneHost = "digitalocean" | "cloudflare";

/** A zone with all its records. */
export interface Zone {
  readonly name: string;
  readonly host: ZoneHost;
  readonly records: readonly NameRecord[];
}

/** Whether a name is the domain itself or lies below it. */
export function isWithin(name: string, domain: string): boolean {
  return domain === "" || name === domain || name.endsWith(`.${domain}`);
}
