import type { DatabaseRole } from "../../config/derive/database-roles.ts";
import { lookup } from "../../config/records.ts";
import { passwordVerifier } from "./verifier.ts";

/** Schema in which Supabase puts extensions: Odoo uses trigram indexes as soon as somebody has installed them. */
const extensionsSchema = "extensions";

/**
 * The statements that make the roles what they are to be, by the rights of the owner, who is no superuser. Run twice,
 * they change nothing. A role that is listed no more stays: its schema holds data.
 *
 * @param passwords by role; only their verifiers are in the statements
 * @throws Error when a role has no password
 */
export function roleStatements(
  roles: readonly DatabaseRole[],
  passwords: Readonly<Record<string, string>>,
): string {
  return [
    // What is there already is no news.
    "SET client_min_messages = warning;",
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC;",
    ...roles.flatMap((role) =>
      statementsFor(role, lookup(passwords, role.name, "password of a database role")),
    ),
    "",
  ].join("\n");
}

function statementsFor(role: DatabaseRole, password: string): string[] {
  const name = identifier(role.name);
  const verifier = literal(passwordVerifier(role.name, password));
  return [
    `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(role.name)}) THEN CREATE ROLE ${name}; END IF; END $$;`,
    `ALTER ROLE ${name} LOGIN CONNECTION LIMIT ${role.connectionLimit} PASSWORD ${verifier};`,
    ...(role.schema === undefined ? [] : schemaStatements(name, identifier(role.schema))),
    // Row level security hides rows from whoever may only read, and a backup without them is none.
    ...(role.readsEverything ? [`GRANT pg_read_all_data TO ${name};`, `ALTER ROLE ${name} BYPASSRLS;`] : []),
    ...(role.makesSchemas ? [`GRANT CREATE ON DATABASE postgres TO ${name};`] : []),
  ];
}

function schemaStatements(role: string, schema: string): string[] {
  return [
    // Since PostgreSQL 16, who made a role may administer it, but is no member: and only members give it schemas.
    `GRANT ${role} TO CURRENT_USER;`,
    `CREATE SCHEMA IF NOT EXISTS ${schema} AUTHORIZATION ${role};`,
    `ALTER ROLE ${role} SET search_path = ${schema}, ${extensionsSchema};`,
    `DO $$ BEGIN IF EXISTS (SELECT FROM pg_namespace WHERE nspname = ${literal(extensionsSchema)}) THEN GRANT USAGE ON SCHEMA ${extensionsSchema} TO ${role}; END IF; END $$;`,
  ];
}

/** A text as SQL writes it. */
function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as SQL writes it. */
function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
