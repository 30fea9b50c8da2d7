/**
 * Every secret an operator sets by hand. They travel apart from plain settings: `pulumi config set --secret`, read as
 * secret outputs only, never parsed, printed or put in a name. What the stack can make itself (passwords, keys) is
 * generated instead and stands in the catalogue.
 */

/** One secret of the stack. */
export interface SecretSpecification {
  /** Configuration key. */
  readonly name: string;
  /** What it opens, and where it is made. */
  readonly purpose: string;
  /** Only needed when this says so; always when left out. */
  readonly neededWhen?: "secondary database" | "slack alerts" | "a zone of its own";
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
    neededWhen: "a zone of its own",
  },
  {
    name: "slackWebhookUrl",
    purpose: "incoming webhook of the alert channel (Slack, app settings); whoever has it can post there",
    neededWhen: "slack alerts",
  },
];

/** Names of all secrets, needed or not: these configuration keys are never read as plain text. */
export const secretNames: ReadonlySet<string> = new Set(secrets.map(({ name }) => name));

/** What of the settings decides which secrets are needed. */
export interface SecretNeeds {
  readonly database: { readonly secondary?: unknown };
  readonly monitoring: { readonly slackChannel?: string | undefined };
  readonly dns: { readonly provider?: string };
}

/** The secrets these settings need. */
export function neededSecrets(settings: SecretNeeds): SecretSpecification[] {
  const needed = {
    "secondary database": settings.database.secondary !== undefined,
    "slack alerts": settings.monitoring.slackChannel !== undefined,
    "a zone of its own": settings.dns.provider !== "elsewhere",
  };
  return secrets.filter(({ neededWhen }) => neededWhen === undefined || needed[neededWhen]);
}

/** The command that sets a secret; it asks for the value, so that it never stands in a shell's history. */
export function setSecretCommand(name: string, stack: string): string {
  return `pulumi config set --secret ${name} --stack ${stack}`;
}
