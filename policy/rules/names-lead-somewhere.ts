import type { PolicyResource } from "@pulumi/policy";
import { addressRecords, type NameRecord } from "../name-records.ts";
import { stackRule } from "../rule.ts";
import { types } from "../types.ts";
import { watchedHosts } from "../watched-hosts.ts";

const managed: ReadonlySet<string> = new Set([types.droplet, types.reservedIp, types.app]);

/**
 * A name that leads to what nobody has any more is taken over by whoever gets it next. What somebody else runs is a
 * service of the catalogue too, and watched.
 */
export const namesLeadSomewhere = stackRule({
  name: "names-lead-somewhere",
  description:
    "Every name is there once in its zone, and leads to a droplet or an app of the stack, to another of its names, or to what is watched.",
  check: (resources, refuse) => {
    const records = addressRecords(resources);
    const watched = watchedHosts(resources);
    for (const record of records) {
      if (isTwice(record, records))
        refuse(
          record.resource,
          `${record.hostName} is there more than once.`,
          "Keep one record of that name.",
        );
      if (leadsSomewhere(record, records, watched)) continue;
      refuse(
        record.resource,
        `${record.hostName} leads to ${record.value}, which is none of the stack's and is not watched.`,
        "Enter the service in config/catalogue.ts as external, or take the record out of dns.extraRecords.",
      );
    }
  },
});

/** A name may have one address of each kind, and an alias nothing beside it. */
function isTwice(record: NameRecord, records: readonly NameRecord[]): boolean {
  return records.some(
    (other) =>
      other !== record &&
      other.hostName !== undefined &&
      other.hostName === record.hostName &&
      other.zone?.urn === record.zone?.urn &&
      (other.type === record.type || other.type === "CNAME" || record.type === "CNAME"),
  );
}

function leadsSomewhere(
  { from, value, hostName }: NameRecord,
  records: readonly NameRecord[],
  watched: ReadonlySet<string>,
): boolean {
  if (from.some(({ type }: PolicyResource) => managed.has(type))) return true;
  if (value === undefined || hostName === undefined) return true;
  return records.some((other) => other.hostName === value) || watched.has(hostName);
}
