import { lookup } from "../../config/records.ts";
import type { HostContext, ServiceHere } from "./context.ts";

/** How a service reaches its database: through a pooler, as its own role. */
export interface Database {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: string;
}

const ports = { session: 5432, transaction: 6543 } as const;

/**
 * The database of a service. Odoo's pooler mode is configured; everything else keeps a session, since prepared statements
 * and locks do not outlive a transaction on the other pooler.
 *
 * @throws Error when the service has no role, or the role no password
 */
export function databaseOf(service: ServiceHere, { config, values }: HostContext): Database {
  const role = service.databaseRole;
  if (role === undefined) throw new Error(`${service.name} has no databaseRole in the catalogue`);
  const { poolerHost, projectRef, odooConnection } = config.database;
  return {
    host: poolerHost,
    port: ports[service.name === "odoo" ? odooConnection : "session"],
    name: "postgres",
    user: `${role}.${projectRef}`,
    password: lookup(values.rolePasswords, role, "password of a database role"),
  };
}

/** A database as an address, with TLS. */
export function databaseUrl(database: Database, scheme: string): string {
  const { host, port, name, user, password } = database;
  return `${scheme}://${user}:${encodeURIComponent(password)}@${host}:${port}/${name}?sslmode=require&connect_timeout=10`;
}
