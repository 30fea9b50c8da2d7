import type { DatabaseRole } from "../../config/derive/database-roles.ts";
import { sqlIdentifier as identifier, sqlLiteral as literal } from "../../config/quote.ts";
import { lookup } from "../../config/records.ts";
import { passwordVerifier } from "./verifier.ts";

/** Schema in which Supabase puts extensions: Odoo uses trigram indexes as soon as somebody has installed them. */
const extensionsSchema = "extensions";

/** What is there already is no news; and what somebody holds fast is given up, as a lock that waits stops all others. */
const session = ["SET client_min_messages = warning;", "SET lock_timeout = '15s';"];

/**
 * The statements that make the roles what they are to be, by the rights of the owner, who is no superuser. Run twice,
 * they change nothing. A role that is listed no more stays: its schema holds data. Whoever is signed in stays so too.
 *
 * @param passwords by role; only their verifiers are in the statements
 * @throws Error when a role has no password
 */
export function roleStatements(
  roles: readonly DatabaseRole[],
  passwords: Readonly<Record<string, string>>,
): string {
  return [
    ...session,
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC;",
    ...roles.flatMap((role) => [
      ...ownerStatements(role),
      ...loginStatements(role, lookup(passwords, role.name, "password of a database role")),
      // What the login before has made since, the next one needs to be able to alter.
      ...role.retired.filter((login) => login !== role.name).flatMap((login) => handOver(login, role.name)),
    ]),
    "",
  ].join("\n");
}

/** The statements that let nobody in any more by the logins whose turn is over, and end what they still do. */
export function retirementStatements(roles: readonly DatabaseRole[]): string {
  return [
    ...session,
    ...roles.flatMap(({ name, login, retired }) => [
      ...retired.flatMap((old) => retire(old, name)),
      ...handOver(login, name),
    ]),
    "",
  ].join("\n");
}

/** The role that owns. */
function ownerStatements(role: DatabaseRole): string[] {
  const name = identifier(role.name);
  return [
    ifMissing(role.name, `CREATE ROLE ${name}`),
    // Since PostgreSQL 16, who made a role may administer it, but is no member: and only members give it schemas.
    `GRANT ${name} TO CURRENT_USER;`,
    ...(role.schema === undefined
      ? []
      : [`CREATE SCHEMA IF NOT EXISTS ${identifier(role.schema)} AUTHORIZATION ${name};`]),
    ...(role.readsEverything ? [`GRANT pg_read_all_data TO ${name};`] : []),
    ...(role.seesStatistics ? [`GRANT pg_monitor TO ${name};`] : []),
    ...(role.makesSchemas ? [`GRANT CREATE ON DATABASE postgres TO ${name};`] : []),
    `DO $$ BEGIN IF EXISTS (SELECT FROM pg_namespace WHERE nspname = ${literal(extensionsSchema)}) THEN GRANT USAGE ON SCHEMA ${extensionsSchema} TO ${name}; END IF; END $$;`,
  ];
}

/** The login that works as it. What is said of a role alone, and not inherited, is said of the login. */
function loginStatements(role: DatabaseRole, password: string): string[] {
  const login = identifier(role.login);
  const verifier = literal(passwordVerifier(role.login, password));
  return [
    ifMissing(role.login, `CREATE ROLE ${login}`),
    `GRANT ${identifier(role.name)} TO ${login};`,
    `GRANT ${login} TO CURRENT_USER;`,
    `ALTER ROLE ${login} LOGIN CONNECTION LIMIT ${role.connectionLimit} PASSWORD ${verifier};`,
    ...(role.schema === undefined
      ? []
      : [`ALTER ROLE ${login} SET search_path = ${identifier(role.schema)}, ${extensionsSchema};`]),
    // Row level security hides rows from whoever may only read, and a backup without them is none.
    ...(role.readsEverything ? [`ALTER ROLE ${login} BYPASSRLS;`] : []),
  ];
}

function handOver(login: string, owner: string): string[] {
  return [ifThere(login, `REASSIGN OWNED BY ${identifier(login)} TO ${identifier(owner)}`)];
}

/** Sessions that are open survive a login that is taken away: they are ended, for nobody of ours is in them. */
function retire(login: string, owner: string): string[] {
  return [
    ifThere(login, `ALTER ROLE ${identifier(login)} NOLOGIN PASSWORD NULL`),
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ${literal(login)};`,
    ...(login === owner ? [] : handOver(login, owner)),
  ];
}

function ifMissing(role: string, statement: string): string {
  return `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(role)}) THEN ${statement}; END IF; END $$;`;
}

function ifThere(role: string, statement: string): string {
  return `DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(role)}) THEN ${statement}; END IF; END $$;`;
}
