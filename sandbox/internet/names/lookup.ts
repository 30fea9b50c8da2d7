import { isWithin, type NameRecord, type RecordType } from "./records.ts";

/** What a zone knows of a name: records of the wanted type or an alias, nothing of that type, or no such name. */
export type Lookup =
  | { readonly kind: "found"; readonly records: readonly NameRecord[] }
  | { readonly kind: "alias"; readonly record: NameRecord & { type: "CNAME" } }
  | { readonly kind: "no-data" }
  | { readonly kind: "no-name" };

/**
 * Looks a name up in the records of one zone, wildcards included.
 *
 * @param zone name of the zone; empty for the root
 */
export function lookUp(
  records: readonly NameRecord[],
  zone: string,
  name: string,
  type: RecordType | "ANY",
): Lookup {
  const exists = (candidate: string) => records.some((record) => isWithin(record.name, candidate));
  const owner = exists(name) ? name : `*.${closestEncloser(name, zone, exists)}`.replace(/\.$/, "");
  if (!exists(owner)) return { kind: "no-name" };
  const here = records.filter((record) => record.name === owner).map((record) => ({ ...record, name }));
  const wanted = here.filter((record) => type === "ANY" || record.type === type);
  if (wanted.length > 0) return { kind: "found", records: wanted };
  const alias = here.find((record) => record.type === "CNAME");
  return alias ? { kind: "alias", record: alias } : { kind: "no-data" };
}

/** A wildcard only speaks for names below the nearest name that exists (RFC 4592). */
function closestEncloser(name: string, zone: string, exists: (candidate: string) => boolean): string {
  let candidate = name;
  while (candidate !== zone && !exists(candidate)) candidate = candidate.split(".").slice(1).join(".");
  return candidate;
}
