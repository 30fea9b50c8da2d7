import { z } from "zod";
import { hostName, key, label, reason, region, usd, uuid } from "../shapes.ts";

/** What it may cost, what may be lost, and what is taken over. */
export const consentSections = {
  budget: z
    .strictObject({
      monthlyUsd: usd.describe("Upper limit by list price."),
      acceptedUsd: usd.optional().describe("What is accepted above it; needs exceededBecause."),
      exceededBecause: reason
        .optional()
        .describe("Why acceptedUsd is accepted; without it nothing above the limit is."),
    })
    .describe("What the environment may cost a month, in USD."),
  acceptedLosses: z
    .record(
      z.string().min(1),
      reason.describe("Why, by the name of the resource that is replaced or deleted."),
    )
    .default({})
    .describe(
      "Data that may go with the next up, once a backup is proven (`./scripts/ops gate`); remove them afterwards.",
    ),
  adopt: z
    .strictObject({
      project: uuid.optional().describe("Project id."),
      networks: z.record(region, uuid.describe("VPC id, by region.")).default({}),
      hosts: z
        .record(key, z.string().regex(/^\d+$/, "a droplet id").describe("Droplet id, by host."))
        .default({}),
      firewalls: z.record(key, uuid.describe("Firewall id, by host.")).default({}),
      volumes: z.record(key, uuid.describe("Volume id, by volume.")).default({}),
      registry: label.optional().describe("Registry name."),
      apps: z.record(key, uuid.describe("App id, by service.")).default({}),
      zone: hostName.optional().describe("Name of the zone, which is its id (dns.provider digitalocean)."),
      records: z
        .record(
          z.string(),
          z.string().regex(/^\d+$/, "a record id").describe("Record id, by the record's key."),
        )
        .default({})
        .describe("Records of that zone; ./scripts/ops adopt --write finds the keys."),
    })
    .prefault({})
    .describe(
      "Ids of live resources to take over instead of making new ones; remove them after the first up.",
    ),
} as const;
