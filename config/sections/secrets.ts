import { z } from "zod";
import { day, key } from "../shapes.ts";

/** An age in days after which a secret is overdue. */
const maximalAge = (days: number) => z.int().min(1).default(days);

/** How old secrets may become, and how often they have been made anew. Never their values. */
export const secretSections = {
  secrets: z
    .strictObject({
      rotations: z
        .record(key, z.int().min(0).describe("How often, by name."))
        .default({})
        .describe(
          "How often a secret that the stack made has been rotated; `./scripts/ops rotate NAME` counts it up.",
        ),
      setOn: z
        .record(z.string(), day.describe("Day, by name."))
        .default({})
        .describe(
          "When a secret that people set was made at its source; `./scripts/ops rotate NAME` writes it down.",
        ),
      maximalAgeDays: z
        .strictObject({
          databaseLogins: maximalAge(180).describe("Passwords of the database's roles."),
          accessKeys: maximalAge(180).describe("The deploy key, and the keys of the backup buckets."),
          generated: maximalAge(365).describe("Passwords and keys the stack makes for services."),
          given: maximalAge(365).describe(
            "What people make at a vendor: tokens, OAuth clients, owners' passwords.",
          ),
        })
        .prefault({}),
    })
    .prefault({})
    .describe("How old secrets are and may become; never a value (docs/secrets.md lists them)."),
} as const;
