import type { HostService } from "../../config/catalogue.ts";
import type { Configuration } from "../../config/configuration.ts";
import { lookup } from "../../config/records.ts";
import { type Resolved, servicesOn } from "../../config/resolve.ts";
import type { HostSettings } from "../../config/schema.ts";
import { type DropletSize, dropletSizes } from "../../config/tables/droplet-sizes.ts";

/** What the configuration cannot hold: passwords, keys and tokens, as they are. */
export interface HostValues {
  /** Public half of the deploy key, one line. */
  readonly deployPublicKey: string;
  /** Public half of the key that signs what is applied, one line. */
  readonly signingPublicKey: string;
  /** Passwords of the database roles, by role. */
  readonly rolePasswords: Readonly<Record<string, string>>;
  /** Generated secrets, by their name in the stack (`n8n-encryption-key`). */
  readonly generated: Readonly<Record<string, string>>;
  /** Token with which the zone's records are edited; needed unless the zone is elsewhere. */
  readonly dnsChallengeToken?: string;
  /** Docker's configuration with the account's registry in it; needed where an image comes from there. */
  readonly registryCredentials?: string;
  /** Google's OAuth client of the sign-on proxy; needed where a service is behind it. */
  readonly proxyGoogleClient?: { readonly id: string; readonly secret: string };
  /** Id of Odoo's OAuth client at Google; needed where Odoo runs. */
  readonly odooGoogleClientId?: string;
  /** Needed on a host that takes or copies backups. */
  readonly backup?: BackupValues;
  /** Where alarms are posted; needed where there is an alert channel. */
  readonly slackWebhookUrl?: string;
  /** With which alarms are sent by mail; needed where there is a mail server. */
  readonly mailPassword?: string;
  readonly watch: WatchValues;
}

/** What the watch over a host needs. */
export interface WatchValues {
  /** Key of the bucket that heartbeats are written to. */
  readonly spaces: { readonly accessKey: string; readonly secretKey: string };
  /** Password of the database's role that sees statistics; only where a service has a database. */
  readonly databasePassword?: string;
}

/** What opens the backups from one host. */
export interface BackupValues {
  /** Password of both repositories. */
  readonly repositoryPassword: string;
  /** Key of the bucket this host writes to. */
  readonly spaces: { readonly accessKey: string; readonly secretKey: string };
  /** Password of the database's role that reads everything; only where backups are taken. */
  readonly databasePassword?: string;
}

/** A service of the host being rendered. */
export type ServiceHere = Resolved<HostService>;

/** Everything a host is rendered from. */
export interface HostContext {
  /** Key of the host in the configuration. */
  readonly host: string;
  readonly settings: HostSettings;
  readonly size: DropletSize;
  readonly services: readonly ServiceHere[];
  readonly config: Configuration;
  readonly values: HostValues;
}

/**
 * What a host is rendered from.
 *
 * @throws Error when there is no such host
 */
export function hostContext(host: string, config: Configuration, values: HostValues): HostContext {
  const settings = lookup(config.hosts, host, "host");
  return {
    host,
    settings,
    size: lookup(dropletSizes, settings.size, "droplet size"),
    services: servicesOn(host, config.resolvedServices),
    config,
    values,
  };
}

/** Folder of everything secret. It can be passed through, so that a service reaches its own file, but not listed. */
export const secretsFolder = "/etc/insightpulse/secrets";

/** Name of the certificate, on every host of the environment. */
export function certificateName({ config }: HostContext): string {
  return `erp.${config.domain}`;
}

/** Account a service runs as. */
export function accountOf({ name }: ServiceHere): string {
  return `svc-${name}`;
}
