/**
 * The shapes the sections are made of: words, addresses and ids, and the parts that stand in maps (a host, a service, a
 * record). No vendor's table is looked at here.
 */
import { z } from "zod";

/** A user of a host. */
export const userName = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/, "a user's name on the host");

/** What may go into `authorized_keys` as it is: a key and a comment, without options before it. */
export const sshPublicKey = z
  .string()
  .regex(
    /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)|sk-ssh-ed25519@openssh\.com|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]{40,}={0,2}( [\x20-\x7e]{1,200})?$/,
    "an OpenSSH public key, one line, such as ssh-ed25519 AAAA... name",
  );

/** A DNS label; names of droplets, networks and the registry have the same form. */
export const label = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "lower-case letters, digits and inner hyphens, 63 at most");
/** A word the configuration refers to something by. */
export const key = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, "a lower-case word, 31 letters at most");
/** A domain name in lower case. */
export const hostName = z
  .string()
  .regex(
    /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/,
    "a domain name in lower case, without a trailing dot",
  );
/** An address range, IPv4 or IPv6. */
export const cidr = z.union(
  [z.cidrv4(), z.cidrv6()],
  "an address range such as 198.51.100.7/32 or 2001:db8::/48",
);
/** An id as DigitalOcean gives out. */
export const uuid = z.guid("an id such as 29cde7a1-8280-46ad-9fdf-dea7b21a7825");
/** A region slug; whether it exists is a rule. */
export const region = z.string().describe("Region slug, such as sfo2.");
/** Reference of a Supabase project. */
export const projectRef = z
  .string()
  .regex(/^[a-z]{20}$/, "the 20 letters of a Supabase project")
  .describe("The project's 20 letters.");
/** Host of its poolers. */
export const poolerHost = hostName.describe("Host of the project's poolers.");
/** Certificates as PEM text; whether one can be read is a rule. */
export const certificate = z
  .string()
  .regex(
    /^\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*$/,
    "a certificate as PEM text: from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----, with its line breaks",
  );
/** Why something unusual is on purpose. */
export const reason = z.string().min(10, "a sentence that says why");
/** A day. Not with hyphens: the engine would write that back as a moment, with a time of day and a zone. */
export const day = z.string().refine(isDay, "a day such as 2026/11/25, with slashes");
/** An amount in USD. */
export const usd = z.number().positive();

const image = z
  .strictObject({
    registryType: z
      .enum(["DOCR", "DOCKER_HUB", "GHCR"])
      .describe("Where the image is; DOCR is the account's own."),
    registry: z.string().optional().describe("Owner of the repository; left out for DOCR."),
    repository: z.string().min(1).describe("Name of the image there."),
    tag: z.string().optional().describe("Pinned version; `latest` is refused."),
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, "sha256: and 64 hexadecimal digits")
      .optional()
      .describe("Pinned content. Give exactly one of tag and digest."),
  })
  .describe("Container image of the app.");

/** One droplet. */
export const host = z.strictObject({
  name: label.describe("Name of the droplet at DigitalOcean."),
  region,
  size: z.string().describe("Droplet size slug, such as s-2vcpu-4gb."),
  diskGib: z
    .int()
    .positive()
    .optional()
    .describe(
      "The disk it really has, where that is larger than the size's own. A recovery takes a size at least this large.",
    ),
  growDisk: z
    .boolean()
    .default(false)
    .describe("Whether a bigger size also grows the disk, which can never be undone."),
  image: z.string().default("ubuntu-24-04-x64").describe("Image slug; only used when the droplet is made."),
  accelerator: z
    .enum(["cpu", "gpu"])
    .default("cpu")
    .describe("gpu demands a GPU size in a region that sells it, and brings the vendor's driver image."),
  tags: z
    .array(z.string().regex(/^[A-Za-z0-9:_-]{1,255}$/))
    .default([])
    .describe("Tags beside the stack's own."),
  reservedIp: z
    .boolean()
    .default(false)
    .describe("A reserved address that a replaced droplet keeps. Moving onto one is a planned DNS change."),
  backups: z.boolean().default(false).describe("Weekly droplet backups, at a fifth of the droplet's price."),
  createTimeout: z
    .string()
    .regex(/^[1-9]\d{0,3}[smh]$/, "a duration such as 90s, 10m or 1h")
    .default("10m")
    .describe(
      "How long to wait for a new droplet to become active before up gives up; it takes about a minute.",
    ),
  ipv6: z
    .boolean()
    .default(false)
    .describe("A public IPv6 address. Taking it away again replaces the droplet."),
});

/** One service's differences from the catalogue. */
export const service = z.strictObject({
  enabled: z.boolean().optional().describe("false leaves the service out of this environment."),
  host: key.optional().describe("Host it runs on (host services)."),
  awaitsMove: z
    .boolean()
    .optional()
    .describe(
      "Its data are still with older software on its host, which answers on its port: all is made ready, and only ./scripts/ops move starts it (host services).",
    ),
  subdomain: label.optional().describe("First label of its host name."),
  port: z.int().min(1).max(65535).optional().describe("Port the service listens on."),
  appName: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,30}[a-z0-9]$/, "2 to 32 lower-case letters, digits and inner hyphens")
    .optional()
    .describe("Name of the app, unique in the account (apps)."),
  appRegion: z.string().optional().describe("App Platform region word (apps)."),
  size: z.string().optional().describe("App Platform instance size (apps)."),
  image: image.optional(),
  variables: z
    .record(
      z.string().regex(/^[A-Z][A-Z0-9_]*$/, "capital letters, digits and underscores"),
      z.string().describe("Plain text; what is a secret, or the port, cannot be set here."),
    )
    .optional()
    .describe("Plain variables beside the catalogue's, or instead of its plain ones (apps)."),
  specification: z
    .enum(["managed", "as-found"])
    .optional()
    .describe(
      "as-found leaves an adopted app's live specification untouched until this says managed (apps).",
    ),
});

/** A DNS record beside the derived ones. */
export const extraRecord = z.strictObject({
  name: z.string().min(1).describe("Label below the zone, @ for the zone itself."),
  type: z.enum(["A", "AAAA", "CNAME", "MX", "NS", "TXT"]).describe("Record type."),
  value: z.string().min(1).describe("Host names without a trailing dot."),
  priority: z.int().min(0).max(65535).optional().describe("MX only."),
});

/** Name of a database role. The vendor's own are left alone: an application's password would lock the vendor out. */
export const roleName = z
  .string()
  .regex(
    /^(?!pg_|supabase_|(postgres|pgbouncer|anon|authenticated|authenticator|service_role|dashboard_user)$)[a-z_][a-z0-9_]*$/,
    "lower-case letters, digits and underscores, none of Supabase's or PostgreSQL's own roles",
  );

/** A database role beside the derived ones. */
export const role = z.strictObject({
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]*$/)
    .describe("Schema the role works in."),
});

function isDay(text: string): boolean {
  const iso = text.replaceAll("/", "-");
  return /^\d{4}(\/\d{2}){2}$/.test(text) && new Date(`${iso}T00:00:00Z`).toJSON()?.startsWith(iso) === true;
}
