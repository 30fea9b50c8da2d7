import { z } from "zod";
import { extraRecord, hostName } from "../shapes.ts";

/** How the platform is called, and who may sign in under those names. */
export const nameSections = {
  dns: z
    .strictObject({
      provider: z
        .enum(["digitalocean", "cloudflare", "elsewhere"])
        .default("digitalocean")
        .describe(
          "Whose name servers the zone is delegated to; elsewhere only prints the records as a table.",
        ),
      alsoServe: z
        .array(z.enum(["digitalocean", "cloudflare"]))
        .default([])
        .describe(
          "Who holds the same records beside the provider, while the zone moves (docs/runbooks/move-dns.md).",
        ),
      cloudflare: z
        .union([
          z.strictObject({ zoneId: z.string().min(1).describe("Existing zone.") }),
          z.strictObject({ accountId: z.string().min(1).describe("Account in which the zone is made.") }),
        ])
        .optional()
        .describe("Needed wherever cloudflare is named."),
      ttlSeconds: z
        .int()
        .default(3600)
        .describe("How long an answer may be kept: 30 s or more at DigitalOcean, 60 s at Cloudflare."),
      certificateAuthorities: z
        .array(hostName)
        .default(["letsencrypt.org", "pki.goog"])
        .describe("Who may issue certificates (CAA). App Platform's own come from pki.goog."),
      extraRecords: z.array(extraRecord).default([]),
    })
    .prefault({}),
  certificates: z
    .strictObject({
      propagationSeconds: z
        .int()
        .min(0)
        .max(600)
        .default(120)
        .describe(
          "How long to wait until a challenge record is everywhere. DigitalOcean needs about two minutes.",
        ),
    })
    .prefault({})
    .describe("Let's Encrypt certificates of the hosts, by DNS-01 at dns.provider."),
  signOn: z
    .strictObject({
      emailDomains: z
        .array(hostName)
        .default([])
        .describe("Domains whose every e-mail address may sign in; names below them are other domains."),
      emails: z.array(z.email()).default([]).describe("Further addresses that may, each by itself."),
    })
    .prefault({})
    .describe("Who may sign in, by Google account, to services behind the sign-on proxy and to Superset."),
} as const;
