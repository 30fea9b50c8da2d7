/**
 * Every secret an operator sets by hand. They travel apart from plain settings: `pulumi config set --secret`, read as
 * secret outputs only, never parsed, printed or put in a name. What the stack can make itself (passwords, keys) is
 * generated instead and stands in the catalogue.
 */

import { hostServices, type ResolvedService } from "./resolve.ts";
import type { Settings } from "./schema.ts";

/** What makes a secret needed that not every environment needs. */
type Need =
  | "secondary database"
  | "slack alerts"
  | "converged hosts that send mail"
  | "converged hosts in a zone of its own"
  | "converged hosts that are adopted"
  | "converged hosts with images of the account's registry";

/** One secret of the stack. */
export interface SecretSpecification {
  /** Configuration key. */
  readonly name: string;
  /** What it opens, and where it is made. */
  readonly purpose: string;
  /** Only needed when this says so; always when left out. */
  readonly neededWhen?: Need;
}

/** The list. Leaked kinds must be rotated at their source before they are set here. */
export const secrets: readonly SecretSpecification[] = [
  {
    name: "supabaseOwnerPassword",
    purpose: "database owner of the primary Supabase project (Supabase dashboard, Database settings)",
  },
  {
    name: "supabaseServiceRoleKey",
    purpose: "service_role API key of the primary project (Supabase dashboard, API settings)",
  },
  {
    name: "supabaseSecondaryOwnerPassword",
    purpose: "database owner of the deprecated project, until its data has moved",
    neededWhen: "secondary database",
  },
  {
    name: "supersetGoogleClientId",
    purpose: "Google OAuth client of Superset (Google Cloud console, Credentials)",
  },
  { name: "supersetGoogleClientSecret", purpose: "secret of Superset's Google OAuth client" },
  { name: "mcpGoogleClientId", purpose: "Google OAuth client of the MCP coordinator" },
  { name: "mcpGoogleClientSecret", purpose: "secret of the MCP coordinator's Google OAuth client" },
  {
    name: "dnsChallengeToken",
    purpose:
      "token with which hosts prove to Let's Encrypt that the zone is theirs; it may edit that zone's records and " +
      "nothing else (DigitalOcean: custom scopes domain:read, create, delete; Cloudflare: Zone.DNS edit)",
    neededWhen: "converged hosts in a zone of its own",
  },
  {
    name: "hostAccessKey",
    purpose:
      "private SSH key, in OpenSSH form and without a passphrase, that opens the droplets under adopt.hosts as " +
      "ssh.adoptionUser; it is used once, to let the stack's own key in",
    neededWhen: "converged hosts that are adopted",
  },
  {
    name: "registryPullToken",
    purpose:
      "DigitalOcean token with which hosts pull images from the account's registry (custom scope registry:read, and " +
      "nothing else)",
    neededWhen: "converged hosts with images of the account's registry",
  },
  {
    name: "slackWebhookUrl",
    purpose: "incoming webhook of the alert channel (Slack, app settings); whoever has it can post there",
    neededWhen: "slack alerts",
  },
  {
    name: "mailPassword",
    purpose:
      "password of the account in monitoring.mail, with which hosts send alerts (Zoho: an application-specific password, since the " +
      "account has a second factor)",
    neededWhen: "converged hosts that send mail",
  },
];

/** Names of all secrets, needed or not: these configuration keys are never read as plain text. */
export const secretNames: ReadonlySet<string> = new Set(secrets.map(({ name }) => name));

/** What decides which secrets are needed. A section that could not be read is left out, and asks for the usual ones. */
export interface SecretNeeds {
  readonly settings: Partial<Pick<Settings, "adopt" | "convergeHosts" | "database" | "dns" | "monitoring">>;
  readonly services: readonly ResolvedService[];
}

/** The secrets these settings need. */
export function neededSecrets({ settings, services }: SecretNeeds): SecretSpecification[] {
  const converges = settings.convergeHosts !== false;
  const needed: Record<Need, boolean> = {
    "secondary database": settings.database?.secondary !== undefined,
    "slack alerts": settings.monitoring?.slackChannel !== undefined,
    "converged hosts that send mail": converges && settings.monitoring?.mail !== undefined,
    "converged hosts in a zone of its own": converges && settings.dns?.provider !== "elsewhere",
    "converged hosts that are adopted": converges && Object.keys(settings.adopt?.hosts ?? {}).length > 0,
    "converged hosts with images of the account's registry":
      converges && hostServices(services).some(({ image }) => image.registryType === "DOCR"),
  };
  return secrets.filter(({ neededWhen }) => neededWhen === undefined || needed[neededWhen]);
}

/** The command that sets a secret; it asks for the value, so that it never stands in a shell's history. */
export function setSecretCommand(name: string, stack: string): string {
  return `pulumi config set --secret ${name} --stack ${stack}`;
}
