import type { Configuration } from "../../config/configuration.ts";
import { loginsOf } from "../../config/derive/database-roles.ts";
import { lookup } from "../../config/records.ts";
import { poolerPorts } from "../../config/tables/supabase.ts";
import type { HostContext, ServiceHere } from "./context.ts";
import type { HostPart } from "./part.ts";
import { hostFile } from "./template.ts";

/** How a service reaches its database: through a pooler, as its own role. */
export interface Database {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: string;
  readonly tls: DatabaseTls;
}

/** How a client makes sure whose database it speaks to, in libpq's words. */
export interface DatabaseTls {
  /** With an authority: encrypted, and the server is who its name says. Without: encrypted. */
  readonly mode: "require" | "verify-full";
  /** File with the authority's certificate on every host, and at the same path in every container; empty without one. */
  readonly authorityFile: string;
}

const authorityFile = "/etc/insightpulse/database-authority.pem";

/** How every client on a host makes sure whose database it speaks to. */
export function databaseTls({ config }: Pick<HostContext, "config">): DatabaseTls {
  return config.database.certificateAuthority === undefined
    ? { mode: "require", authorityFile: "" }
    : { mode: "verify-full", authorityFile };
}

/** The authority's certificate, which everybody may read, on hosts from which somebody speaks to the database. */
export function databaseAuthorityPart({ config, services }: HostContext): HostPart {
  const { certificateAuthority } = config.database;
  const isNeeded = services.some(({ databaseRole }) => databaseRole !== undefined);
  if (certificateAuthority === undefined || !isNeeded) return {};
  return { files: [hostFile(authorityFile, { values: { certificate: certificateAuthority.trim() } })] };
}

/** Where a role of the database is let in, through the session pooler, as the login in use. */
export function reachAs(role: string, { database }: Pick<Configuration, "database">) {
  const { poolerHost: host, projectRef } = database;
  const user = `${loginsOf(role, database).login}.${projectRef}`;
  return { host, port: poolerPorts.session, name: "postgres", user };
}

/**
 * The database of a service. Odoo's pooler mode is configured; everything else keeps a session, since prepared statements
 * and locks do not outlive a transaction on the other pooler.
 *
 * @throws Error when the service has no role, or the role no password
 */
export function databaseOf(service: ServiceHere, context: HostContext): Database {
  const { config, values } = context;
  const role = service.databaseRole;
  if (role === undefined) throw new Error(`${service.name} has no databaseRole in the catalogue`);
  return {
    ...reachAs(role, config),
    port: poolerPorts[service.name === "odoo" ? config.database.odooConnection : "session"],
    password: lookup(values.rolePasswords, role, "password of a database role"),
    tls: databaseTls(context),
  };
}

/** A database as an address, with TLS. */
export function databaseUrl(database: Database, scheme: string): string {
  const { host, port, name, user, password, tls } = database;
  const authority = tls.authorityFile && `&sslrootcert=${tls.authorityFile}`;
  return `${scheme}://${user}:${encodeURIComponent(password)}@${host}:${port}/${name}?sslmode=${tls.mode}${authority}&connect_timeout=10`;
}
