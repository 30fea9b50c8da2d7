import type * as pulumi from "@pulumi/pulumi";
import type { Configuration } from "../../config/configuration.ts";
import { databaseRolesHost, planDatabaseRoles } from "../../config/derive/database-roles.ts";
import { deployUser } from "../../config/naming.ts";
import { lookup, mapValues } from "../../config/records.ts";
import { entranceFiles } from "../../host/render/entrance.ts";
import {
  type DatabaseOwner,
  DatabaseRoles,
  type RetiredLoginsArgs,
} from "../database-roles/database-roles.ts";
import type { HostConnection } from "./connection.ts";
import type { DeployKey } from "./deploy-key.ts";
import { HostAccess } from "./host-access.ts";
import type { SigningKey } from "./signing-key.ts";

/** A host that is to be reached. */
export interface HostToReach {
  readonly dropletId: pulumi.Input<string>;
  readonly address: pulumi.Input<string>;
  /** What must be there before it can be reached: the droplet, and its firewall. */
  readonly reachedAfter: readonly pulumi.Resource[];
}

/** What hosts are reached with. */
export interface ReachHostsArgs {
  readonly config: Configuration;
  readonly hosts: Readonly<Record<string, HostToReach>>;
  readonly deployKey: DeployKey;
  /** Signs what is applied to hosts. */
  readonly signingKey: SigningKey;
  /** Passwords of the database roles, by role. */
  readonly rolePasswords: Readonly<Record<string, pulumi.Output<string>>>;
  /** A secret the operator set. */
  readonly secret: (name: string) => pulumi.Output<string>;
}

/** A host that the deploy key opens, once these are there. */
export interface ReachedHost {
  readonly connection: HostConnection;
  readonly dropletId: pulumi.Input<string>;
  readonly dependsOn: readonly pulumi.Resource[];
}

/** Hosts that can be reached, and the database that has its roles. */
export interface Reached {
  readonly hosts: Readonly<Record<string, ReachedHost>>;
  /** The roles, for whoever signs in as one of them to wait for; none where there is no host to make them from. */
  readonly roles: readonly DatabaseRoles[];
  /** What logins are retired with, once everybody has the next one; undefined where there is no host. */
  readonly logins?: RetiredLoginsArgs;
}

/**
 * Reaches every host: into adopted ones the deploy user is let first. Then the database gets its roles, from one of them: it is
 * known to reach the database, which whoever runs the program need not.
 */
export function reachHosts(args: ReachHostsArgs): Reached {
  const { config, rolePasswords } = args;
  const hosts = mapValues(args.hosts, (host, name) => letIn(name, host, args));
  const name = databaseRolesHost(config.resolvedServices, config);
  if (name === undefined) return { hosts, roles: [] };
  const { connection, dependsOn } = lookup(hosts, name, "host");
  const roles = planDatabaseRoles(config.resolvedServices, config);
  const logins = { ...databaseOwner(connection, args), roles };
  const made = new DatabaseRoles(
    "database-roles",
    { ...logins, passwords: rolePasswords },
    { dependsOn: [...dependsOn] },
  );
  return { hosts, roles: [made], logins };
}

/** A droplet that the stack made has the deploy user from the start. */
function letIn(name: string, host: HostToReach, args: ReachHostsArgs): ReachedHost {
  const { config, deployKey, signingKey, secret } = args;
  const { address, dropletId } = host;
  const reachedAfter = [...host.reachedAfter];
  const { giveUpAfterSeconds } = config.ssh;
  const connection = { address, giveUpAfterSeconds, user: deployUser, privateKey: deployKey.privateKey };
  if (config.adopt.hosts[name] === undefined) return { connection, dropletId, dependsOn: reachedAfter };
  const adoption = { ...connection, user: config.ssh.adoptionUser, privateKey: secret("hostAccessKey") };
  const entrance = signingKey.publicKey.apply((signingPublicKey) =>
    entranceFiles({ host: name, deployUser, administrators: config.ssh.administrators, signingPublicKey }),
  );
  const access = new HostAccess(
    `host-${name}-access`,
    { ...adoption, deployUser, deployPublicKey: deployKey.publicKey, entrance },
    { dependsOn: reachedAfter },
  );
  return { connection, dropletId, dependsOn: [...reachedAfter, access] };
}

function databaseOwner(from: HostConnection, { config, secret }: ReachHostsArgs): DatabaseOwner {
  const { projectRef, poolerHost, certificateAuthority } = config.database;
  return {
    from,
    ownerPassword: secret("supabaseOwnerPassword"),
    projectRef,
    poolerHost,
    certificateAuthority,
  };
}
