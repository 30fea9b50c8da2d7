import { readFileSync } from "node:fs";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseRole } from "../../config/derive/database-roles.ts";
import { connectionTo, type HostConnection } from "../host/connection.ts";
import { roleStatements } from "./statements.ts";

const script = readFileSync(new URL("../../host/over-ssh/run-statements.sh", import.meta.url), "utf8");
const sessionPort = 5432;

/** Which roles, in which project, and from where. */
export interface DatabaseRolesArgs {
  /** Host the statements are run on: it is known to reach the database, which others need not. */
  readonly from: HostConnection;
  /** The project's 20 letters. */
  readonly projectRef: string;
  /** Host of the project's poolers. */
  readonly poolerHost: string;
  /** Password of the owner; secret. */
  readonly ownerPassword: pulumi.Input<string>;
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
    const { projectRef, poolerHost, roles } = args;
    const statements = pulumi
      .output(args.passwords)
      .apply((passwords) => roleStatements(roles, passwords as Record<string, string>));
    new command.remote.Command(
      `${name}-apply`,
      {
        connection: connectionTo(args.from),
        create: `bash -s -- ${poolerHost} ${sessionPort} postgres.${projectRef}`,
        stdin: pulumi.secret(pulumi.interpolate`${script}${args.ownerPassword}\n${statements}`),
        logging: command.remote.Logging.Stderr,
        addPreviousOutputInEnv: false,
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
