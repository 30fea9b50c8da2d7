import type { PolicyResource } from "@pulumi/policy";
import { known } from "./rule.ts";
import { ofType, sourcesOf } from "./stack.ts";
import { types } from "./types.ts";

/** A record of a zone, whoever holds it. */
export interface NameRecord {
  readonly resource: PolicyResource;
  readonly zone: PolicyResource | undefined;
  /** Full host name, without a trailing dot; undefined where a preview does not know its zone yet. */
  readonly hostName: string | undefined;
  /** What stands before the zone's name; `@` for the zone itself. */
  readonly label: string;
  readonly type: string;
  /** Without a trailing dot; undefined where a preview does not know it yet. */
  readonly value: string | undefined;
  /** CAA: which kind of certificate it is about. */
  readonly tag: string | undefined;
  /** Resources its value comes from; empty where it is written down. */
  readonly from: readonly PolicyResource[];
}

/** Zones the stack keeps names in. */
export function zonesOf(resources: readonly PolicyResource[]): PolicyResource[] {
  return ofType(resources, types.domain, types.cloudflareZone);
}

/** The name of a zone; undefined where a preview does not know it yet. */
export function zoneName(zone: PolicyResource | undefined): string | undefined {
  return known(() => zone?.props.name as string | undefined);
}

/** The records of all zones. */
export function recordsOf(resources: readonly PolicyResource[]): NameRecord[] {
  return [
    ...ofType(resources, types.record).map(digitalOceanRecord),
    ...ofType(resources, types.cloudflareRecord).map(cloudflareRecord),
  ];
}

function digitalOceanRecord(resource: PolicyResource): NameRecord {
  const { props } = resource;
  const [zone] = sourcesOf(resource, "domain");
  const zoneIs = known(() => props.domain as string) ?? zoneName(zone);
  const label = props.name as string;
  return {
    ...{ resource, zone, label, type: props.type },
    hostName: zoneIs && (label === "@" ? zoneIs : `${label}.${zoneIs}`),
    value: target(
      known(() => props.value),
      zoneIs,
    ),
    tag: known(() => props.tag),
    from: sourcesOf(resource, "value"),
  };
}

function cloudflareRecord(resource: PolicyResource): NameRecord {
  const { props } = resource;
  const [zone] = sourcesOf(resource, "zoneId");
  const hostName = props.name as string;
  const zoneIs = zoneName(zone);
  const label = hostName === zoneIs ? "@" : hostName.replace(`.${zoneIs}`, "");
  const data = known(() => props.data as { tag?: string; value?: string } | undefined);
  return {
    ...{ resource, zone, label, hostName, type: props.type },
    value: target(known(() => props.content) ?? known(() => data?.value), zoneIs),
    tag: known(() => data?.tag),
    from: sourcesOf(resource, "content"),
  };
}

/** What a value leads to: a record that was there before the stack may call its own zone `@`, and stays so. */
function target(value: unknown, zoneIs: string | undefined): string | undefined {
  if (typeof value !== "string") return undefined;
  return value === "@" ? zoneIs : value.replace(/\.$/, "");
}

const addressTypes: ReadonlySet<string> = new Set(["A", "AAAA", "CNAME"]);

/** Records people and programs are sent to; names with an underscore only prove something to somebody. */
export function addressRecords(resources: readonly PolicyResource[]): NameRecord[] {
  return recordsOf(resources).filter(({ type, label }) => addressTypes.has(type) && !/(^|\.)_/.test(label));
}
