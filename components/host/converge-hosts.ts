import * as pulumi from "@pulumi/pulumi";
import type { SpacesKeyUse } from "../../config/derive/backup-bucket.ts";
import { backupHosts } from "../../config/derive/backup-hosts.ts";
import {
  type DatabaseRole,
  databaseRolesHost,
  planDatabaseRoles,
} from "../../config/derive/database-roles.ts";
import { generatedSecretNames } from "../../config/derive/generated-secret-names.ts";
import { gatedServices } from "../../config/derive/sign-on.ts";
import type { Configuration } from "../../config/load.ts";
import { deployUser } from "../../config/naming.ts";
import { lookup, mapValues } from "../../config/records.ts";
import { servicesOn } from "../../config/resolve.ts";
import { entranceFiles } from "../../host/render/entrance.ts";
import { renderHostBundle } from "../../host/render/host-bundle.ts";
import { registryCredentials } from "../../host/render/registry-credentials.ts";
import { type DatabaseOwner, DatabaseRoles, RetiredLogins } from "../database-roles/database-roles.ts";
import type { SpacesCredentials } from "../spaces-key.ts";
import type { HostConnection } from "./connection.ts";
import { Convergence } from "./convergence.ts";
import type { DeployKey } from "./deploy-key.ts";
import { HostAccess } from "./host-access.ts";
import type { SigningKey } from "./signing-key.ts";

/** A host that is to be converged. */
export interface HostToConverge {
  readonly dropletId: pulumi.Input<string>;
  readonly address: pulumi.Input<string>;
  /** What must be there before it can be reached: the droplet, and its firewall. */
  readonly reachedAfter: readonly pulumi.Resource[];
}

/** What hosts are converged with. */
export interface ConvergeHostsArgs {
  readonly config: Configuration;
  readonly hosts: Readonly<Record<string, HostToConverge>>;
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
 * Converges every host: into adopted ones the deploy user is let first, then the database gets its roles, then each host
 * becomes what its bundle says, all at once. Apps are not waited for. Last, the database lets nobody in any more by logins
 * whose turn is over.
 */
export function convergeHosts(args: ConvergeHostsArgs): Record<string, Convergence> {
  const reached = mapValues(args.hosts, (host, name) => letIn(name, host, args));
  const owner = databaseOwner(reached, args);
  const planned = planDatabaseRoles(args.config.resolvedServices, args.config);
  const roles = owner === undefined ? [] : [makeDatabaseRoles(owner, planned, args)];
  const convergences = mapValues(reached, ({ connection, dependsOn }, name) => {
    const bundle = pulumi
      .output(valuesFor(name, args))
      .apply((values) => renderHostBundle(name, args.config, values));
    const after = [...dependsOn, ...args.zones, ...roles];
    const { dropletId } = lookup(args.hosts, name, "host");
    const convergence = { ...connection, dropletId, bundle, signingKey: args.signingKey };
    return new Convergence(`host-${name}-convergence`, convergence, { dependsOn: after });
  });
  if (owner !== undefined) {
    const after = [...roles, ...Object.values(convergences), ...args.databaseUsers];
    new RetiredLogins("database-logins-retired", { ...owner.database, roles: planned }, { dependsOn: after });
  }
  return convergences;
}

/** A host that the deploy key opens, once these are there. */
interface ReachedHost {
  readonly connection: HostConnection;
  readonly dependsOn: pulumi.Resource[];
}

/** A droplet that the stack made has the deploy user from the start. */
function letIn(name: string, host: HostToConverge, args: ConvergeHostsArgs): ReachedHost {
  const { config, deployKey, signingKey, secret } = args;
  const { address } = host;
  const reachedAfter = [...host.reachedAfter];
  const { giveUpAfterSeconds } = config.ssh;
  const connection = { address, giveUpAfterSeconds, user: deployUser, privateKey: deployKey.privateKey };
  if (config.adopt.hosts[name] === undefined) return { connection, dependsOn: reachedAfter };
  const adoption = { ...connection, user: config.ssh.adoptionUser, privateKey: secret("hostAccessKey") };
  const entrance = signingKey.publicKey.apply((signingPublicKey) =>
    entranceFiles({ host: name, deployUser, administrators: config.ssh.administrators, signingPublicKey }),
  );
  const access = new HostAccess(
    `host-${name}-access`,
    { ...adoption, deployUser, deployPublicKey: deployKey.publicKey, entrance },
    { dependsOn: reachedAfter },
  );
  return { connection, dependsOn: [...reachedAfter, access] };
}

/** The owner of the database, from the host that is known to reach it; undefined where there is no host. */
function databaseOwner(
  hosts: Readonly<Record<string, ReachedHost>>,
  { config, secret }: ConvergeHostsArgs,
): { database: DatabaseOwner; dependsOn: pulumi.Resource[] } | undefined {
  const name = databaseRolesHost(config.resolvedServices, config);
  if (name === undefined) return undefined;
  const { connection, dependsOn } = lookup(hosts, name, "host");
  const { projectRef, poolerHost, certificateAuthority } = config.database;
  const ownerPassword = secret("supabaseOwnerPassword");
  return {
    database: { from: connection, ownerPassword, projectRef, poolerHost, certificateAuthority },
    dependsOn,
  };
}

function makeDatabaseRoles(
  { database, dependsOn }: NonNullable<ReturnType<typeof databaseOwner>>,
  roles: readonly DatabaseRole[],
  { rolePasswords }: ConvergeHostsArgs,
): DatabaseRoles {
  return new DatabaseRoles("database-roles", { ...database, roles, passwords: rolePasswords }, { dependsOn });
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
