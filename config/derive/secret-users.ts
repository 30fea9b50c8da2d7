import { appServices, hostServices, type ResolvedService } from "../resolve.ts";
import type { Settings } from "../schema.ts";
import { backupHosts } from "./backup-hosts.ts";
import type { HeartbeatKeyUse, SpacesKeyUse } from "./key-uses.ts";
import { gatedServices } from "./sign-on.ts";

/** Who has a secret: a part of the platform, and the host or app it is on, or somebody who works on it. */
export type SecretUser =
  | { readonly on: "host" | "app"; readonly name: string; readonly part: string }
  | { readonly on: "desk"; readonly part: string };

/** Whose users are looked for. */
export type SecretOf =
  | { readonly service: ResolvedService }
  | { readonly role: string }
  | { readonly spacesKey: SpacesKeyUse }
  | { readonly repositoryPassword: true }
  | { readonly deployKey: true }
  | { readonly signingKey: true }
  | { readonly signOnCookieKey: true }
  | { readonly heartbeatKey: HeartbeatKeyUse }
  | { readonly secret: string };

/** What users follow from. */
export interface UsersSource
  extends Pick<Settings, "adopt" | "backup" | "convergeHosts" | "dns" | "hosts" | "monitoring"> {
  readonly resolvedServices: readonly ResolvedService[];
}

/** Those at work: who runs the stack, and who runs commands beside it. */
const up: SecretUser = { on: "desk", part: "pulumi up" };
const atDesk = (part: string): SecretUser => ({ on: "desk", part });
/** DigitalOcean's own alerts, which the stack gives the address of the channel. */
export const vendorAlerts: SecretUser = atDesk("DigitalOcean's alerts");

/** Everybody who is given a secret. Hosts that are not converged are given none. */
export function usersOf(secret: SecretOf, source: UsersSource): SecretUser[] {
  const users = everybody(secret, source);
  return source.convergeHosts ? users : users.filter(({ on }) => on !== "host");
}

function everybody(secret: SecretOf, source: UsersSource): SecretUser[] {
  const { takes, copies } = backupHosts(source.resolvedServices, source);
  const onTaking = onHost(takes, "backups");
  const onCopying = onHost(copies, "copies of backups");
  if ("service" in secret) return placesOf([secret.service]);
  if ("role" in secret) return usersOfRole(secret.role, source, onTaking);
  if ("repositoryPassword" in secret) return [...onTaking, ...onCopying];
  if ("deployKey" in secret) return [up, atDesk("./scripts/ops")];
  if ("signingKey" in secret) return [up];
  if ("signOnCookieKey" in secret) return signOnProxies(source);
  if ("heartbeatKey" in secret) {
    const hosts = Object.keys(source.hosts).flatMap((host) => onHost(host, "heartbeats"));
    return { hosts, outside: [atDesk("./scripts/ops heartbeat")] }[secret.heartbeatKey];
  }
  if ("secret" in secret) return usersOfGiven(secret.secret, source);
  return { writer: onTaking, copier: onCopying, reader: [atDesk("./scripts/ops restore")] }[secret.spacesKey];
}

function usersOfRole(role: string, { resolvedServices }: UsersSource, onTaking: SecretUser[]): SecretUser[] {
  if (role === "backup") return onTaking;
  if (role === "migration") return [atDesk("./scripts/ops db")];
  if (role === "watch") return onHostsOf(hostServices(resolvedServices).filter(usesDatabase), "watch");
  const services = placesOf(resolvedServices.filter(({ databaseRole }) => databaseRole === role));
  return services.length > 0 ? services : [atDesk(`whoever signs in as ${role}`)];
}

/** Apps say in the catalogue what they are given; the rest is what hosts, alerts and the stack itself need. */
function usersOfGiven(name: string, source: UsersSource): SecretUser[] {
  const { hosts, resolvedServices, adopt } = source;
  const everyHost = (part: string) => Object.keys(hosts).flatMap((host) => onHost(host, part));
  const others: Readonly<Record<string, SecretUser[]>> = {
    supabaseOwnerPassword: [up, atDesk("./scripts/ops restore")],
    supabaseSecondaryOwnerPassword: [up, atDesk("./scripts/ops migrate-scout")],
    hostAccessKey: [up, ...Object.keys(adopt.hosts).map((host) => atDesk(`${host}, until it is converged`))],
    dnsChallengeToken: everyHost("certificates"),
    slackWebhookUrl: [...everyHost("alarms"), vendorAlerts],
    mailPassword: [...everyHost("alarms"), atDesk("./scripts/ops heartbeat")],
    proxyGoogleClientId: signOnProxies(source),
    proxyGoogleClientSecret: signOnProxies(source),
    odooGoogleClientId: onHostsOf(
      hostServices(resolvedServices).filter(({ name }) => name === "odoo"),
      "odoo",
    ),
    registryPullToken: hostServices(resolvedServices)
      .filter(({ image }) => image.registryType === "DOCR")
      .flatMap(({ host, name: service }) => onHost(host, `images of ${service}`)),
  };
  const apps = appServices(resolvedServices).filter(({ variables }) =>
    Object.values(variables).some((variable) => variable.from === "secret" && variable.secret === name),
  );
  return [...placesOf(apps), ...(others[name] ?? [])];
}

function placesOf(services: readonly ResolvedService[]): SecretUser[] {
  return services.flatMap((service): SecretUser[] => {
    if (service.kind === "host") return onHost(service.host, service.name);
    return service.kind === "app" ? [{ on: "app", name: service.name, part: service.name }] : [];
  });
}

function signOnProxies({ resolvedServices }: UsersSource): SecretUser[] {
  return onHostsOf(gatedServices(resolvedServices), "sign-on proxy");
}

function usesDatabase({ databaseRole }: ResolvedService): boolean {
  return databaseRole !== undefined;
}

/** A part of the platform on each of the hosts that these services are on. */
function onHostsOf(services: readonly { readonly host: string }[], part: string): SecretUser[] {
  return [...new Set(services.map(({ host }) => host))].flatMap((host) => onHost(host, part));
}

function onHost(name: string | undefined, part: string): SecretUser[] {
  return name === undefined ? [] : [{ on: "host", name, part }];
}

/** A user in a few words. */
export function describeUser(user: SecretUser): string {
  if (user.on === "desk") return user.part;
  return user.on === "host" ? `${user.part} on ${user.name}` : `app ${user.name}`;
}
