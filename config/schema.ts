/**
 * What may stand in `Pulumi.<environment>.yaml`, section by section. Every section is strict: an unknown key is a
 * fault, never ignored. Facts about vendors (is this size sold there?) are rules, in `rules/`; this file knows shapes.
 */
import { z } from "zod";
import {
  certificate,
  cidr,
  day,
  extraRecord,
  host,
  hostName,
  key,
  label,
  poolerHost,
  projectRef,
  reason,
  region,
  role,
  roleName,
  service,
  sshPublicKey,
  usd,
  userName,
  uuid,
} from "./shapes.ts";

/** An age in days after which a secret is overdue. */
const maximalAge = (days: number) => z.int().min(1).default(days);

/** The sections of the configuration, each with its schema. */
export const sections = {
  environment: z
    .string()
    .regex(/^(prod|staging|feature-[a-z0-9-]{1,20})$/, "prod, staging or feature-<name>")
    .describe("Which environment this stack is."),
  domain: hostName.describe("Zone of the environment."),
  protectData: z
    .boolean()
    .default(true)
    .describe(
      "Refuse to delete or replace whatever holds data. Must be true in prod, where names, apps and firewalls are " +
        "protected as well; false is for environments that are thrown away.",
    ),
  project: z
    .strictObject({
      name: z.string().min(1).max(175).describe("Name shown in the control panel."),
      description: z.string().max(255).default("").describe("Free text."),
      purpose: z
        .string()
        .min(1)
        .max(255)
        .describe("What it is for; `Web Application` is one of DigitalOcean's own words."),
      tier: z
        .enum(["Development", "Staging", "Production"])
        .describe("DigitalOcean's word for the environment."),
    })
    .describe("The DigitalOcean project the resources are shown in."),
  networks: z
    .record(
      region,
      z.strictObject({
        name: label.describe("Name of the VPC."),
        ipRange: z
          .cidrv4("an IPv4 range such as 10.120.0.0/20")
          .describe("Private addresses; can never be changed, and no two may overlap."),
        description: z.string().max(255).default("").describe("Free text."),
      }),
    )
    .describe("One VPC for each region that has hosts."),
  hosts: z.record(key, host).describe("Droplets, by a short name that services refer to."),
  convergeHosts: z
    .boolean()
    .default(true)
    .describe("Whether hosts are converged over SSH; false manages the cloud resources alone."),
  services: z
    .record(key, service)
    .default({})
    .describe("Where this environment differs from the catalogue; what is left out comes from there."),
  ssh: z
    .strictObject({
      allowFrom: z.array(cidr).min(1, "at least one address range").describe("Who may reach port 22."),
      openToWorldBecause: reason.optional().describe("Needed when allowFrom holds 0.0.0.0/0 or ::/0."),
      adoptionUser: userName
        .default("root")
        .describe(
          "User that the secret hostAccessKey opens on adopted hosts, once; it may be any that sudo makes root.",
        ),
      administrators: z
        .record(
          userName,
          z
            .array(sshPublicKey)
            .min(1, "at least one public key")
            .describe(
              "Public keys that open a user of this name on every host, who becomes root there by sudo.",
            ),
        )
        .default({}),
      giveUpAfterSeconds: z
        .int()
        .min(20)
        .max(3600)
        .default(240)
        .describe(
          "After how long at most up gives up a host that does not answer; one that refuses is asked for a third of it.",
        ),
    })
    .describe("Administration access to the hosts."),
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
    .describe("Who may sign in, by Google account, to services behind the sign-on proxy."),
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
        .describe("Starter is free and holds one repository of 500 MiB."),
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
  monitoring: z
    .strictObject({
      emails: z
        .array(z.email())
        .min(1, "at least one address")
        .describe("Verified addresses of the DigitalOcean team."),
      slackChannel: z
        .string()
        .regex(/^#[a-z0-9_-]+$/, "# and a channel name")
        .optional()
        .describe("Needs the secret slackWebhookUrl."),
      mail: z
        .strictObject({
          server: hostName.describe("Server that takes mail from its users, with TLS."),
          port: z
            .int()
            .min(1)
            .max(65535)
            .default(587)
            .describe(
              "465 speaks TLS from the start, any other turns to it. DigitalOcean keeps 25, 465 and 587 closed for droplets " +
                "until its support opens them; where it does not, take a relay that listens on 2525.",
            ),
          from: z.email().describe("Sender of alerts."),
          user: z
            .string()
            .min(1)
            .max(255)
            .optional()
            .describe("Who signs in; the sender when left out. The secret mailPassword is its password."),
        })
        .optional()
        .describe(
          "How hosts send alerts by mail to the addresses in emails; DigitalOcean's own alerts do not need it.",
        ),
      cpuPercent: z
        .int()
        .min(1)
        .max(100)
        .default(80)
        .describe("CPU use of a host, in percent, above which an alert is sent."),
      memoryPercent: z
        .int()
        .min(1)
        .max(100)
        .default(85)
        .describe("Memory use of a host, in percent, above which an alert is sent."),
      diskPercent: z
        .int()
        .min(1)
        .max(100)
        .default(85)
        .describe("Disk use of a host, in percent, above which an alert is sent."),
      loadPerCpu: z.number().positive().default(1.5).describe("15-minute load for each core."),
      certificateDays: z.int().min(1).default(14).describe("Alert when a certificate has fewer days left."),
    })
    .describe("Where alerts go, and when."),
  watch: z
    .strictObject({
      failures: z
        .int()
        .min(1)
        .max(6)
        .default(2)
        .describe("How many looks in a row must find something wrong before anybody is told."),
      secondLookSeconds: z
        .int()
        .min(0)
        .max(240)
        .default(60)
        .describe(
          "After how long a host looks again at what was wrong; it looks every five minutes otherwise.",
        ),
      holdMinutes: z
        .int()
        .min(5)
        .max(1440)
        .default(60)
        .describe(
          "How long all must have been well before an incident is over: what comes back sooner belongs to it.",
        ),
      slowMilliseconds: z
        .int()
        .min(1)
        .max(10000)
        .default(2000)
        .describe("Alert when a service takes longer for its own health answer."),
      errorPercent: z
        .number()
        .positive()
        .max(100)
        .default(5)
        .describe("Alert when more of a service's answers in ten minutes are errors of its own (5xx)."),
      journalErrors: z
        .int()
        .min(1)
        .default(50)
        .describe("Alert when a unit logs so many errors in ten minutes."),
      diskDays: z
        .int()
        .min(1)
        .max(90)
        .default(7)
        .describe("Alert when a disk will be full in fewer days, as it goes."),
      memoryPressurePercent: z
        .int()
        .min(1)
        .max(100)
        .default(20)
        .describe("Alert when something has waited for memory for so much of a minute."),
      queueJobs: z.int().min(1).default(100).describe("Alert when so many jobs wait in a queue."),
      queueMinutes: z
        .int()
        .min(10)
        .max(1440)
        .default(30)
        .describe("Alert when jobs wait and none has been taken for so long."),
      slowQuerySeconds: z.int().min(1).default(60).describe("Alert when a query runs for longer."),
      heartbeatMinutes: z
        .int()
        .min(10)
        .max(1440)
        .default(15)
        .describe("Alert when a host has not been heard of for longer."),
      drillHours: z
        .int()
        .min(25)
        .max(168)
        .default(26)
        .describe("Alert when the daily drill of the alarm has not arrived everywhere for longer."),
      targets: z
        .strictObject({
          pageMilliseconds: z.int().min(1).default(2000).describe("95 of 100 pages."),
          apiMilliseconds: z.int().min(1).default(200).describe("95 of 100 answers to programs."),
          queryMilliseconds: z.int().min(1).default(100).describe("95 of 100 queries of the database."),
          uptimePercent: z.number().positive().max(100).default(99.9).describe("How often names answer."),
        })
        .prefault({})
        .describe("What was promised; the history of every day says whether it was kept."),
    })
    .prefault({})
    .describe("How hosts watch themselves and each other, every five minutes."),
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
    })
    .prefault({})
    .describe(
      "Ids of live resources to take over instead of making new ones; remove them after the first up.",
    ),
} as const;

/** Names of the sections. */
export type SectionName = keyof typeof sections;

/** The whole configuration as the program sees it: parsed, with defaults filled in. */
export type Settings = { readonly [Name in SectionName]: z.output<(typeof sections)[Name]> };

/** One host of the configuration. */
export type HostSettings = Settings["hosts"][string];

/** One service's differences from the catalogue. */
export type ServiceSettings = Settings["services"][string];

/** Public keys of the people who administer hosts, by user. */
export type Administrators = Settings["ssh"]["administrators"];
