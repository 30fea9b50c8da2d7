import { z } from "zod";
import {
  certificate,
  key,
  label,
  poolerHost,
  projectRef,
  reason,
  region,
  role,
  roleName,
} from "../shapes.ts";
import { smallestProject } from "../tables/supabase.ts";

/** Where images and data lie, and where they are copied to. */
export const dataSections = {
  registry: z
    .strictObject({
      name: label.describe("Name, unique over all of DigitalOcean."),
      managed: z
        .boolean()
        .describe(
          "Whether this stack owns it. DigitalOcean has one registry per account, so one stack does.",
        ),
      tier: z
        .enum(["starter", "basic", "professional"])
        .default("starter")
        .describe(
          "Starter is free and holds one repository of 500 MiB; more than one service from the registry needs basic, $5 a month.",
        ),
      region: region.default("sfo2"),
    })
    .describe("Container registry the apps' images come from."),
  volumes: z
    .record(key, z.strictObject({ region, sizeGib: z.int().min(1).max(16384).describe("Can only grow.") }))
    .default({})
    .describe("Block storage volumes."),
  backup: z
    .strictObject({
      bucket: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]{1,50}[a-z0-9]$/, "3 to 52 lower-case letters, digits and hyphens")
        .describe("Name of the first bucket; the second appends its region."),
      region,
      secondRegion: region.describe("Region of the second copy; another one."),
      noncurrentVersionDays: z
        .int()
        .min(7)
        .default(30)
        .describe("How long an overwritten or deleted object can still be brought back."),
      host: key
        .optional()
        .describe("Host that takes and proves backups; the one Odoo runs on when left out."),
      copyHost: key
        .optional()
        .describe(
          "Host that copies them to the second region, so that no host can write both copies; the first other one when " +
            "left out.",
        ),
      uploadKibPerSecond: z
        .int()
        .min(64)
        .optional()
        .describe("Upper limit of an upload, so that it leaves room for users; none when left out."),
      provenWithinHours: z
        .int()
        .min(2)
        .default(26)
        .describe("Alert when the last backup that was restored and compared is older."),
      keep: z
        .strictObject({
          daily: z.int().min(1).default(7).describe("Days whose last backup is kept."),
          weekly: z.int().min(0).default(4).describe("Weeks whose last backup is kept."),
          monthly: z.int().min(0).default(12).describe("Months whose last backup is kept."),
        })
        .prefault({})
        .describe("How many backups are kept: the last one of so many days, weeks and months."),
    })
    .describe("Backups: which host takes them, and the Spaces buckets they go to."),
  database: z
    .strictObject({
      projectRef,
      poolerHost,
      odooConnection: z
        .enum(["session", "transaction"])
        .default("session")
        .describe(
          "Pooler mode of Odoo. LISTEN/NOTIFY, on which its bus and cron rest, does not work on transaction.",
        ),
      transactionPoolerBecause: reason
        .optional()
        .describe("Needed when odooConnection is transaction: why its bus and cron may stall."),
      certificateAuthority: certificate
        .optional()
        .describe(
          "Supabase's root certificate, as PEM text; it is public. With it every client verifies whom it speaks to; " +
            "without it connections are encrypted, and a warning says how to get it.",
        ),
      majorVersion: z
        .int()
        .min(15)
        .default(17)
        .describe("PostgreSQL's major version there: dumps are only made by programs of the same one."),
      pooledConnections: z
        .int()
        .min(11)
        .default(smallestProject.pooledConnections)
        .describe(
          "Connections that the session pooler keeps for each login, as the project's database settings say. Odoo runs no more " +
            "workers than they are enough for: a larger host wants a larger pool.",
        ),
      roles: z.record(roleName, role).default({}).describe("Roles beside the catalogue's."),
      rotations: z
        .record(roleName, z.int().min(0).describe("How often, by role."))
        .default({})
        .describe(
          "How often the password of a role has been rotated; `./scripts/ops rotate ROLE` counts it up.",
        ),
      secondary: z
        .strictObject({
          projectRef,
          poolerHost,
        })
        .optional()
        .describe("Deprecated project whose data is still to be moved."),
    })
    .describe("Supabase PostgreSQL."),
} as const;
