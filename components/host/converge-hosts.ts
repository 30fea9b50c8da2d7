import * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "../../config/configuration.ts";
import { backupHosts } from "../../config/derive/backup-hosts.ts";
import { generatedSecretNames } from "../../config/derive/generated-secret-names.ts";
import type { SpacesKeyUse } from "../../config/derive/key-uses.ts";
import { gatedServices } from "../../config/derive/sign-on.ts";
import { lookup, mapValues } from "../../config/records.ts";
import { servicesOn } from "../../config/resolve.ts";
import { renderHostBundle } from "../../host/render/host-bundle.ts";
import { registryCredentials } from "../../host/render/registry-credentials.ts";
import { RetiredLogins } from "../database-roles/database-roles.ts";
import type { SpacesCredentials } from "../spaces-key.ts";
import { Convergence } from "./convergence.ts";
import type { DeployKey } from "./deploy-key.ts";
import type { Reached } from "./reach-hosts.ts";
import type { SigningKey } from "./signing-key.ts";

/** What hosts are converged with. */
export interface ConvergeHostsArgs {
  readonly config: Configuration;
  readonly reached: Reached;
  readonly deployKey: DeployKey;
  /** Signs what is applied to hosts. */
  readonly signingKey: SigningKey;
  /** Passwords of the database roles, by role. */
  readonly rolePasswords: Readonly<Record<string, pulumi.Output<string>>>;
  /** Secrets the stack has made, by name. */
  readonly generated: Readonly<Record<string, pulumi.Output<string>>>;
  /** What opens the backups, by use, and what they are encrypted with. */
  readonly backups: {
    readonly keys: Readonly<Record<SpacesKeyUse, SpacesCredentials>>;
    readonly repositoryPassword: pulumi.Output<string>;
  };
  /** What opens the bucket of the heartbeats. */
  readonly heartbeats: SpacesCredentials;
  /** A secret the operator set. */
  readonly secret: (name: string) => pulumi.Output<string>;
  /** Zones, in which hosts prove that their certificates' names are theirs. */
  readonly zones: readonly pulumi.Resource[];
  /** What takes the database's logins beside the hosts: no login is retired before they have the next one. */
  readonly databaseUsers: readonly pulumi.Resource[];
}

/**
 * Converges every host that is reached, once the database has its roles: each becomes what its bundle says, all at once. Apps
 * are not waited for. Last, the database lets nobody in any more by logins whose turn is over.
 */
export function convergeHosts(args: ConvergeHostsArgs): Record<string, Convergence> {
  const { hosts, roles, logins } = args.reached;
  const convergences = mapValues(hosts, ({ connection, dropletId, dependsOn }, name) => {
    const bundle = pulumi
      .output(valuesFor(name, args))
      .apply((values) => renderHostBundle(name, args.config, values));
    const after = [...dependsOn, ...args.zones, ...roles];
    const convergence = { ...connection, dropletId, bundle, signingKey: args.signingKey };
    return new Convergence(`host-${name}-convergence`, convergence, { dependsOn: after });
  });
  if (logins !== undefined) {
    const after = [...roles, ...Object.values(convergences), ...args.databaseUsers];
    new RetiredLogins("database-logins-retired", logins, { dependsOn: after });
  }
  return convergences;
}

/** What the bundle of one host needs and no more: a secret that is not known yet leaves the other hosts' bundles known. */
function valuesFor(host: string, args: ConvergeHostsArgs) {
  const { config, deployKey, signingKey, rolePasswords, generated, secret, heartbeats } = args;
  const here = servicesOn(host, config.resolvedServices);
  const roles = here.flatMap(({ databaseRole }) => (databaseRole === undefined ? [] : [databaseRole]));
  const pick = (from: typeof generated, names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, lookup(from, name, "secret of the stack")]));
  return {
    deployPublicKey: deployKey.publicKey,
    signingPublicKey: signingKey.publicKey,
    rolePasswords: pick(rolePasswords, roles),
    generated: pick(generated, generatedSecretNames(here)),
    ...(config.dns.provider !== "elsewhere" && { dnsChallengeToken: secret("dnsChallengeToken") }),
    ...(here.some(({ image }) => image.registryType === "DOCR") && {
      registryCredentials: secret("registryPullToken").apply(registryCredentials),
    }),
    ...(gatedServices(here).length > 0 && {
      proxyGoogleClient: { id: secret("proxyGoogleClientId"), secret: secret("proxyGoogleClientSecret") },
    }),
    ...(here.some(({ name }) => name === "odoo") && { odooGoogleClientId: secret("odooGoogleClientId") }),
    ...(config.monitoring.slackChannel !== undefined && { slackWebhookUrl: secret("slackWebhookUrl") }),
    ...(config.monitoring.mail !== undefined && { mailPassword: secret("mailPassword") }),
    watch: {
      spaces: heartbeats,
      ...(roles.length > 0 && {
        databasePassword: lookup(rolePasswords, "watch", "password of a database role"),
      }),
    },
    ...backupValuesFor(host, args),
  };
}

/** The key that writes a copy is only where that copy is written; no host has both. */
function backupValuesFor(host: string, { config, backups, rolePasswords }: ConvergeHostsArgs) {
  const { takes, copies } = backupHosts(config.resolvedServices, config);
  const { keys, repositoryPassword } = backups;
  if (host === takes) {
    const databasePassword = lookup(rolePasswords, "backup", "password of a database role");
    return { backup: { repositoryPassword, spaces: keys.writer, databasePassword } };
  }
  return host === copies ? { backup: { repositoryPassword, spaces: keys.copier } } : {};
}
