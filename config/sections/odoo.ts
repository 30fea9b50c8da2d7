import { z } from "zod";

/** Odoo itself. */
export const odooSections = {
  odoo: z
    .strictObject({
      addons: z
        .strictObject({
          repository: z
            .url({ protocol: /^https$/, error: "an https address" })
            .describe("Git repository, over https."),
          commit: z
            .string()
            .regex(/^[0-9a-f]{40}$/, "a commit's 40 hexadecimal digits; a branch moves")
            .describe("Commit that is checked out at /opt/odoo."),
          folders: z
            .array(
              z.string().regex(/^(\.|[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*)$/, "a folder inside the repository"),
            )
            .min(1)
            .default(["."])
            .describe("Folders that hold modules, `.` for the repository itself."),
        })
        .optional()
        .describe("Modules beside Odoo's own; none when left out."),
      updates: z
        .array(z.string().regex(/^[a-z][a-z0-9_]*$/, "a module's name, or all"))
        .min(1)
        .optional()
        .describe(
          "Modules whose tables this release changes (`all` for every one): updated once, while requests wait.",
        ),
    })
    .prefault({})
    .describe("What is particular to Odoo."),
} as const;
