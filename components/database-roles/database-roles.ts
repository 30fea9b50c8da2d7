import { readFileSync } from "node:fs";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseRole } from "../../config/derive/database-roles.ts";
import { poolerPorts } from "../../config/tables/supabase.ts";
import { connectionTo, type HostConnection } from "../host/connection.ts";
import { retirementStatements, roleStatements } from "./statements.ts";

const script = readFileSync(new URL("../../host/over-ssh/run-statements.sh", import.meta.url), "utf8");
/** For psql: one transaction, and nothing printed but what goes wrong. */
const allOrNothing = "--single-transaction --output=/dev/null";

/** How statements get to the database. */
export interface DatabaseOwner {
  /** Host the statements are run on: it is known to reach the database, which others need not. */
  readonly from: HostConnection;
  /** The project's 20 letters. */
  readonly projectRef: string;
  /** Host of the project's poolers. */
  readonly poolerHost: string;
  /** Password of the owner; secret. */
  readonly ownerPassword: pulumi.Input<string>;
  /** Certificate of whom the database's must come from, as PEM text; nobody asks for it when it is left out. */
  readonly certificateAuthority?: string | undefined;
}

/** Which roles, in which project, and from where. */
export interface DatabaseRolesArgs extends DatabaseOwner {
  readonly roles: readonly DatabaseRole[];
  /** Their passwords, by role; secret. */
  readonly passwords: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * The roles of the database, each with its own schema. Runs when a role or a password changes. Deleting it leaves roles
 * and schemas as they are: they hold data.
 */
export class DatabaseRoles extends pulumi.ComponentResource {
  constructor(name: string, args: DatabaseRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:database:DatabaseRoles", name, {}, opts);
    const statements = pulumi
      .output(args.passwords)
      .apply((passwords) => roleStatements(args.roles, passwords as Record<string, string>));
    runStatements(`${name}-apply`, args, statements, this);
    this.registerOutputs({});
  }
}

/** Which logins have had their turn. */
export interface RetiredLoginsArgs extends DatabaseOwner {
  readonly roles: readonly DatabaseRole[];
}

/**
 * The end of a rotation: the logins whose turn is over are let in no more. It must depend on everybody who has taken the
 * other login, so that nobody is left outside.
 */
export class RetiredLogins extends pulumi.ComponentResource {
  constructor(name: string, args: RetiredLoginsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:database:RetiredLogins", name, {}, opts);
    runStatements(`${name}-apply`, args, retirementStatements(args.roles), this);
    this.registerOutputs({});
  }
}

function runStatements(
  name: string,
  { from, projectRef, poolerHost, ownerPassword, certificateAuthority = "" }: DatabaseOwner,
  statements: pulumi.Input<string>,
  parent: pulumi.Resource,
): void {
  const authority = Buffer.from(certificateAuthority).toString("base64");
  new command.remote.Command(
    name,
    {
      connection: connectionTo(from),
      create: `bash -s -- ${poolerHost} ${poolerPorts.session} postgres.${projectRef} ${allOrNothing}`,
      stdin: pulumi.secret(pulumi.interpolate`${script}${ownerPassword}\n${authority}\n${statements}`),
      logging: command.remote.Logging.Stderr,
      addPreviousOutputInEnv: false,
    },
    { parent },
  );
}
