/**
 * Every secret an operator sets by hand. They travel apart from plain settings: `pulumi config set --secret`, read as
 * secret outputs only, never parsed, printed or put in a name. What the stack can make itself (passwords, keys) is
 * generated instead and stands in the catalogue.
 */

import { gatedServices } from "./derive/sign-on.ts";
import { hostServices, type ResolvedService } from "./resolve.ts";
import type { Settings } from "./schema.ts";

/** What makes a secret needed that not every environment needs. */
type Need =
  | "secondary database"
  | "slack alerts"
  | "converged hosts that send mail"
  | "converged hosts in a zone of its own"
  | "converged hosts that are adopted"
  | "converged hosts with Odoo"
  | "converged hosts with services behind the sign-on proxy"
  | "converged hosts with images of the account's registry";

/** One secret of the stack. */
export interface SecretSpecification {
  /** Configuration key. */
  readonly name: string;
  /** What it opens, and where it is made. */
  readonly purpose: string;
  /** Only needed when this says so; always when left out. */
  readonly neededWhen?: Need;
  /** How another one is made at its source while the old one still works, and when the old one may go. */
  readonly renewal?: Renewal;
  /** Whether it is a name and no secret: it is handled as one, and grows no older. */
  readonly isName?: true;
}

/** Both halves of a renewal by hand, as sentences. */
export interface Renewal {
  /** Before the new value is set. */
  readonly first: string;
  /** Once everybody has the new value. */
  readonly last: string;
}

const newGoogleSecret: Renewal = {
  first: "Google Cloud console, Credentials, the client: Add secret. Both secrets work.",
  last: "Sign in once; then disable and delete the client's old secret there.",
};
const newToken: Renewal = {
  first: "DigitalOcean control panel, API, Tokens: make a second token with the same scopes.",
  last: "Delete the old token there.",
};

/** The list. Leaked kinds must be rotated at their source before they are set here. */
export const secrets: readonly SecretSpecification[] = [
  {
    name: "supabaseOwnerPassword",
    purpose: "database owner of the primary Supabase project (Supabase dashboard, Database settings)",
    renewal: {
      first:
        "Supabase dashboard, Database settings, Reset database password. From then on the old one is refused: pulumi up and " +
        "restores wait for the new one, services go on with logins of their own.",
      last: "Nothing is left of the old one.",
    },
  },
  {
    name: "supabaseServiceRoleKey",
    purpose: "service_role API key of the primary project (Supabase dashboard, API settings)",
    renewal: {
      first: "Supabase dashboard, API keys: make a second secret key. Both work.",
      last: "Delete the old key there. Of the older kind, which is a token, only disabling all of them helps.",
    },
  },
  {
    name: "supabaseSecondaryOwnerPassword",
    purpose: "database owner of the deprecated project, until its data has moved",
    neededWhen: "secondary database",
    renewal: {
      first: "Supabase dashboard of the deprecated project, Database settings, Reset database password.",
      last: "Nothing is left of the old one. Move the data and retire the project: ./scripts/ops migrate-scout",
    },
  },
  {
    name: "proxyGoogleClientId",
    purpose:
      "Google OAuth client of the sign-on proxy in front of Mattermost and n8n (Google Cloud console, Credentials); " +
      "./scripts/ops sign-on prints its redirect URIs",
    neededWhen: "converged hosts with services behind the sign-on proxy",
    isName: true,
  },
  {
    name: "proxyGoogleClientSecret",
    purpose: "secret of the sign-on proxy's Google OAuth client",
    neededWhen: "converged hosts with services behind the sign-on proxy",
    renewal: newGoogleSecret,
  },
  {
    name: "odooGoogleClientId",
    purpose: "Google OAuth client of Odoo, which needs no secret of it",
    neededWhen: "converged hosts with Odoo",
    isName: true,
  },
  {
    name: "supersetGoogleClientId",
    purpose: "Google OAuth client of Superset (Google Cloud console, Credentials)",
    isName: true,
  },
  {
    name: "supersetGoogleClientSecret",
    purpose: "secret of Superset's Google OAuth client",
    renewal: newGoogleSecret,
  },
  { name: "mcpGoogleClientId", purpose: "Google OAuth client of the MCP coordinator", isName: true },
  {
    name: "mcpGoogleClientSecret",
    purpose: "secret of the MCP coordinator's Google OAuth client",
    renewal: newGoogleSecret,
  },
  {
    name: "dnsChallengeToken",
    purpose:
      "token with which hosts prove to Let's Encrypt that the zone is theirs; it may edit that zone's records and " +
      "nothing else (DigitalOcean: custom scopes domain:read, create, delete; Cloudflare: Zone.DNS edit)",
    neededWhen: "converged hosts in a zone of its own",
    renewal: newToken,
  },
  {
    name: "hostAccessKey",
    purpose:
      "private SSH key, in OpenSSH form and without a passphrase, that opens the droplets under adopt.hosts as " +
      "ssh.adoptionUser; it is used once, to let the stack's own key in",
    neededWhen: "converged hosts that are adopted",
    renewal: {
      first:
        "It is used once: hosts that have been converged let in the deploy key only. Make another pair (ssh-keygen -t ed25519) " +
        "only for hosts that are still to be adopted, and put its public half on them.",
      last: "Remove the old public half from hosts that are not converged yet.",
    },
  },
  {
    name: "registryPullToken",
    purpose:
      "DigitalOcean token with which hosts pull images from the account's registry (custom scope registry:read, and " +
      "nothing else)",
    neededWhen: "converged hosts with images of the account's registry",
    renewal: newToken,
  },
  {
    name: "slackWebhookUrl",
    purpose: "incoming webhook of the alert channel (Slack, app settings); whoever has it can post there",
    neededWhen: "slack alerts",
    renewal: {
      first: "Slack, the app's settings, Incoming Webhooks: add a second one for the same channel.",
      last: "Remove the old webhook there.",
    },
  },
  {
    name: "mailPassword",
    purpose:
      "password of the account in monitoring.mail, with which hosts send alerts (Zoho: an application-specific password, since the " +
      "account has a second factor)",
    neededWhen: "converged hosts that send mail",
    renewal: {
      first: "The mail provider's console: make a second application-specific password.",
      last: "Revoke the old one there.",
    },
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
    "converged hosts with Odoo": converges && hostServices(services).some(({ name }) => name === "odoo"),
    "converged hosts with services behind the sign-on proxy": converges && gatedServices(services).length > 0,
    "converged hosts with images of the account's registry":
      converges && hostServices(services).some(({ image }) => image.registryType === "DOCR"),
  };
  return secrets.filter(({ neededWhen }) => neededWhen === undefined || needed[neededWhen]);
}

/** The command that sets a secret; it asks for the value, so that it never stands in a shell's history. */
export function setSecretCommand(name: string, stack: string): string {
  return `pulumi config set --secret ${name} --stack ${stack}`;
}

/**
 * The command that writes down when a secret was made.
 *
 * @param day such as 2026/11/25; a placeholder when it is left out
 */
export function dayCommand(name: string, stack: string, day = "YYYY/MM/DD"): string {
  return `pulumi config set --path secrets.setOn.${name} ${day} --stack ${stack}`;
}
