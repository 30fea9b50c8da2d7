import type { ApplicationRole } from "./project.ts";

/** A text as SQL writes it. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A name as SQL writes it. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const makeRole = (name: string) =>
  `SELECT ${literal(`CREATE ROLE ${identifier(name)} LOGIN`)} WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(name)}) \\gexec`;

/**
 * What the vendor sets up: the owner's role, which is no superuser, the extension that counts queries, and the pooler's way
 * to look up passwords.
 */
export function vendorStatements(ownerPassword: string, poolerPassword: string): string {
  return [
    makeRole("postgres"),
    `ALTER ROLE postgres CREATEDB CREATEROLE REPLICATION BYPASSRLS PASSWORD ${literal(ownerPassword)};`,
    // What Supabase lets its owners pass on.
    "GRANT pg_monitor, pg_read_all_data, pg_signal_backend, pg_create_subscription TO postgres WITH ADMIN OPTION;",
    "ALTER DATABASE postgres OWNER TO postgres;",
    "GRANT pg_read_all_data TO postgres WITH ADMIN OPTION;",
    "GRANT ALL ON SCHEMA public TO postgres;",
    "CREATE SCHEMA IF NOT EXISTS extensions AUTHORIZATION postgres;",
    "CREATE EXTENSION IF NOT EXISTS pg_stat_statements WITH SCHEMA extensions;",
    makeRole("pgbouncer"),
    `ALTER ROLE pgbouncer PASSWORD ${literal(poolerPassword)};`,
    "CREATE SCHEMA IF NOT EXISTS pgbouncer;",
    "GRANT USAGE ON SCHEMA pgbouncer TO pgbouncer;",
    `CREATE OR REPLACE FUNCTION pgbouncer.get_auth(wanted TEXT) RETURNS TABLE (username TEXT, password TEXT)
       LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog
       AS $$ SELECT rolname::TEXT, rolpassword::TEXT FROM pg_authid
             WHERE rolname = wanted AND rolcanlogin AND (rolvaliduntil IS NULL OR rolvaliduntil > now()) $$;`,
    "REVOKE ALL ON FUNCTION pgbouncer.get_auth(TEXT) FROM PUBLIC;",
    "GRANT EXECUTE ON FUNCTION pgbouncer.get_auth(TEXT) TO pgbouncer;",
    "",
  ].join("\n");
}

/** An application's role and schema, made by the owner's rights. */
export function ownerStatements({ name, password, schema }: ApplicationRole): string {
  const role = identifier(name);
  return [
    "SET ROLE postgres;",
    makeRole(name),
    `ALTER ROLE ${role} PASSWORD ${literal(password)};`,
    `GRANT ${role} TO postgres;`,
    `CREATE SCHEMA IF NOT EXISTS ${identifier(schema)} AUTHORIZATION ${role};`,
    `ALTER ROLE ${role} SET search_path = ${identifier(schema)};`,
    "RESET ROLE;",
  ].join("\n");
}
