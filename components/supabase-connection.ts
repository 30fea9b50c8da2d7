import * as pulumi from "@pulumi/pulumi";
import { lookup, mapValues } from "../config/records.ts";
import { poolerPorts } from "../config/tables/supabase.ts";

/** One Supabase project as seen from outside. */
export interface SupabaseConnectionArgs {
  /** The project's 20 letters. */
  readonly projectRef: string;
  /** Host of the project's poolers. */
  readonly poolerHost: string;
  /** Password of the owner; only migrations and administration use it. */
  readonly ownerPassword: pulumi.Input<string>;
  /** Passwords of the application roles, by role. */
  readonly rolePasswords: Readonly<Record<string, pulumi.Input<string>>>;
  /** Which login has a role's password at present, by role. */
  readonly logins: Readonly<Record<string, string>>;
  /** Certificate of whom the database's comes from, where it is known. */
  readonly certificateAuthority?: string | undefined;
}

/** Every way into one project. All but the REST address are secret. */
export interface DatabaseConnections {
  /** Owner, direct host; for migrations and administration from a host with IPv6. */
  readonly direct: pulumi.Output<string>;
  /** Owner through the session pooler; for dumps from hosts without IPv6. */
  readonly sessionPooler: pulumi.Output<string>;
  /** Owner through the transaction pooler. */
  readonly transactionPooler: pulumi.Output<string>;
  /** Address of the REST API. */
  readonly restUrl: string;
  /** Each application role's own connections. */
  readonly roles: Readonly<Record<string, RoleConnection>>;
}

/** How a role reaches the database; every string is secret. */
export interface RoleConnection {
  /** Session pooler, port 5432: sessions, prepared statements and LISTEN work. */
  readonly session: pulumi.Output<string>;
  /** Transaction pooler, port 6543: many short transactions, no session state. */
  readonly transaction: pulumi.Output<string>;
}

/**
 * Every way into a Supabase project, composed in one place and secret.
 *
 * The direct host has only IPv6 and takes the bare user name; the poolers have IPv4 and take `user.<ref>`.
 * https://supabase.com/docs/guides/database/connecting-to-postgres
 */
export class SupabaseConnection extends pulumi.ComponentResource {
  readonly connections: DatabaseConnections;

  constructor(name: string, args: SupabaseConnectionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:database:SupabaseConnection", name, {}, opts);
    const { projectRef, poolerHost, ownerPassword } = args;
    const asOwner = (user: string, host: string, port: number) =>
      connectionString(
        user,
        ownerPassword,
        host,
        port,
        args.certificateAuthority ? "verify-full" : "require",
      );
    const pooledOwner = (port: number) => asOwner(`postgres.${projectRef}`, poolerHost, port);
    // App Platform gives a container variables and no files, and libpq takes an authority from a file only.
    const pooledRole = (role: string, password: pulumi.Input<string>, port: number) => {
      const user = `${lookup(args.logins, role, "login of a database role")}.${projectRef}`;
      return connectionString(user, password, poolerHost, port, "require");
    };

    this.connections = {
      direct: asOwner("postgres", `db.${projectRef}.supabase.co`, poolerPorts.session),
      sessionPooler: pooledOwner(poolerPorts.session),
      transactionPooler: pooledOwner(poolerPorts.transaction),
      restUrl: `https://${projectRef}.supabase.co`,
      roles: mapValues(args.rolePasswords, (password, role) => ({
        session: pooledRole(role, password, poolerPorts.session),
        transaction: pooledRole(role, password, poolerPorts.transaction),
      })),
    };
    this.registerOutputs({ connections: this.connections });
  }

  /**
   * A role's connections.
   *
   * @throws Error when the role has none
   */
  role(name: string): RoleConnection {
    return lookup(this.connections.roles, name, "database role");
  }
}

function connectionString(
  user: string,
  password: pulumi.Input<string>,
  host: string,
  port: number,
  mode: "require" | "verify-full",
): pulumi.Output<string> {
  const escaped = pulumi.secret(password).apply(encodeURIComponent);
  return pulumi.interpolate`postgresql://${user}:${escaped}@${host}:${port}/postgres?sslmode=${mode}`;
}

/**
 * A connection string in another library's words: its own scheme, and a search path so that an application's tables
 * stay in its schema.
 */
export function withSearchPath(
  connection: pulumi.Output<string>,
  scheme: string,
  schema: string,
): pulumi.Output<string> {
  const options = encodeURIComponent(`-csearch_path=${schema}`);
  return connection.apply((text) => `${text.replace(/^postgresql:/, `${scheme}:`)}&options=${options}`);
}
