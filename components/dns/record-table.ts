import * as pulumi from "@pulumi/pulumi";
import { fullName, type ZoneRecord } from "./zone.ts";

/**
 * The records as lines to copy into somebody else's control panel: name, time to live, type, value, as zone files have
 * them.
 */
export function recordTable(
  domain: string,
  records: readonly (Omit<ZoneRecord, "value"> & { readonly value: string })[],
): string {
  const rows = records.map((record) => [
    `${fullName(record, domain)}.`,
    String(record.ttlSeconds),
    record.type,
    valueText(record),
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Prints the table once every value is known; in a first preview some are not. */
export function printRecordTable(domain: string, records: readonly ZoneRecord[]): void {
  pulumi
    .output(records.map((record) => ({ ...record })))
    .apply((known) =>
      pulumi.log.info(`enter these records where ${domain} is hosted:\n${recordTable(domain, known)}`),
    );
}

function valueText({ type, value, tag, priority }: Omit<ZoneRecord, "value"> & { value: string }): string {
  switch (type) {
    case "CAA":
      return `0 ${tag} "${value}"`;
    case "MX":
      return `${priority} ${value}.`;
    case "CNAME":
    case "NS":
      return `${value}.`;
    case "TXT":
      return `"${value}"`;
    case "A":
    case "AAAA":
      return value;
  }
}
