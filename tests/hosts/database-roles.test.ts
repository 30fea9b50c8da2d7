import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { execa } from "execa";
import { retirementStatements, roleStatements } from "../../components/database-roles/statements.ts";
import { planDatabaseRoles } from "../../config/derive/database-roles.ts";
import { mapValues } from "../../config/records.ts";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { Authority } from "../../sandbox/internet/authority.ts";
import { freePort } from "../../sandbox/internet/loopback.ts";
import { type Pooler, startPooler } from "../../sandbox/internet/supabase/pooler.ts";
import { type RunningProject, startProject } from "../../sandbox/internet/supabase/project.ts";
import { obtainDatabaseRoot } from "../../sandbox/internet/supabase/root.ts";
import { configuration, secretValues } from "../host/support/render.ts";
import { askDatabase, psqlOf } from "../internet/support/psql.ts";
import { skip } from "../machines/support.ts";

const projectRef = "abcdefghijklmnopqrst";
const ownerPassword = "the owner's password";
const script = readFileSync(join(import.meta.dirname, "../../host/over-ssh/run-statements.sh"), "utf8");
const config = configuration({ edits: { "database.roles": { scout: { schema: "scout_data" } } } });
const roles = planDatabaseRoles(config.resolvedServices, config);
const loginOf = (role: string) => roles.find(({ name }) => name === role)?.login ?? role;
const passwords = { ...secretValues(config).rolePasswords };

describe("The roles of the database, made by the owner through the session pooler", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "database-roles-"));
  const programs = join(folder, "bin");
  let root: string;
  let project: RunningProject;
  let pooler: Pooler;
  let log: string;
  let authority: Authority;
  let impostor: Pooler;

  before(async () => {
    root = await obtainDatabaseRoot(cacheFolder(), () => {});
    authority = await Authority.open(folder);
    const settings = { projectRef, ownerPassword, address: "127.0.0.1", port: await freePort() };
    project = await startProject(settings, { root, folder: join(folder, "project"), authority });
    log = join(folder, "project/postgresql.log");
    const projects = new Map([[projectRef, project.poolers.session]]);
    const where = { address: "127.0.0.1", port: 0, projects };
    pooler = await startPooler({ ...where, ...(await authority.issue(["localhost"])) });
    // The same database, behind somebody who has a certificate for its name, but from another authority.
    const other = await Authority.open(join(folder, "other"));
    impostor = await startPooler({ ...where, ...(await other.issue(["localhost"])) });
    // The client that a host has from its distribution.
    mkdirSync(programs);
    const words = psqlOf(root).map((word) => `'${word}'`);
    writeFileSync(join(programs, "psql"), `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`, { mode: 0o755 });
    await logStatements();
    // As a project has it that was made before PostgreSQL 15.
    await query("postgres", "GRANT CREATE ON SCHEMA public TO PUBLIC");
  });
  after(async () => {
    await pooler?.stop();
    await impostor?.stop();
    await project?.stop();
    rmSync(folder, { recursive: true });
  });

  /** What a host runs, with the statements for these passwords. */
  function apply(
    statements = roleStatements(roles, passwords),
    { port, trusted } = { port: pooler.port, trusted: authority.certificate },
  ) {
    const options = ["--single-transaction", "--output=/dev/null"];
    const words = ["-s", "--", "localhost", String(port), `postgres.${projectRef}`, ...options];
    const input = [`${script}${ownerPassword}`, Buffer.from(trusted).toString("base64"), statements].join(
      "\n",
    );
    return execa("bash", words, {
      ...{ input, reject: false, all: true },
      env: { PATH: `${programs}:${process.env.PATH}` },
    });
  }

  const as = (
    role: string,
    sql: string,
    password = passwords[role] ?? ownerPassword,
    login = loginOf(role),
  ) =>
    askDatabase(
      root,
      sql,
      { port: pooler.port, user: `${login}.${projectRef}`, sslmode: "require" },
      password,
    );
  async function query(role: string, sql: string): Promise<string> {
    const { stdout, stderr, failed } = await as(role, sql);
    assert.equal(failed, false, `${role}: ${stderr}`);
    return stdout.trim();
  }
  async function refused(role: string, sql: string, reason: RegExp): Promise<void> {
    assert.match((await as(role, sql)).stderr, reason);
  }

  /** The server writes every statement down from here on, as a careless vendor's would. */
  async function logStatements(): Promise<void> {
    const settings = join(folder, "project/data/postgresql.auto.conf");
    writeFileSync(settings, `${readFileSync(settings, "utf8")}log_statement = 'all'\n`);
    const pid = Number(readFileSync(join(folder, "project/data/postmaster.pid"), "utf8").split("\n")[0]);
    process.kill(pid, "SIGHUP");
  }

  const state = () =>
    query(
      "postgres",
      `SELECT md5(string_agg(row::text, ';' ORDER BY row::text)) FROM (
         SELECT (rolname, rolcanlogin, rolconnlimit, rolbypassrls, rolconfig)::text FROM pg_roles
         UNION ALL SELECT (nspname, nspowner::regrole, nspacl)::text FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast)'
         UNION ALL SELECT (roleid::regrole, member::regrole, grantor::regrole, admin_option)::text FROM pg_auth_members
       ) AS everything(row)`,
    );

  test("the first run makes them, and the second changes nothing", async () => {
    const first = await apply();
    assert.equal(first.exitCode, 0, first.all);
    const before = await state();
    const second = await apply();
    assert.deepEqual([second.exitCode, second.all], [0, ""]);
    assert.equal(await state(), before);
  });

  test("each gets in with its own password, into its own schema", async () => {
    for (const { name, login, schema } of roles) {
      const where = await query(name, "SELECT current_user, current_schema()");
      assert.equal(where, `${login}|${schema ?? "public"}`);
    }
    assert.match((await as("odoo", "SELECT 1", "wrong")).stderr, /authentication failed/);
  });

  test("an application makes tables in its schema, reads no other, and makes nothing outside", async () => {
    await query("n8n", "CREATE TABLE kept AS SELECT 'of n8n' AS word");
    await refused("odoo", "SELECT * FROM n8n.kept", /permission denied for schema n8n/);
    await refused("odoo", "CREATE TABLE public.loose (id int)", /permission denied for schema public/);
    await refused("odoo", "CREATE SCHEMA other", /permission denied for database/);
    await refused("odoo", "CREATE ROLE other", /permission denied/);
    await refused("odoo", "SET ROLE postgres", /permission denied/);
  });

  test("the backup reads everything, row level security or not, and writes nothing", async () => {
    await query("n8n", "ALTER TABLE kept ENABLE ROW LEVEL SECURITY");
    await query("n8n", "ALTER TABLE kept FORCE ROW LEVEL SECURITY");
    assert.equal(await query("backup", "SELECT word FROM n8n.kept"), "of n8n");
    await refused("backup", "DELETE FROM n8n.kept", /permission denied for table kept/);
  });

  test("migrations make schemas of their own", async () => {
    assert.match(await query("migration", "CREATE SCHEMA scratch"), /CREATE SCHEMA/);
    assert.match(await query("migration", "DROP SCHEMA scratch"), /DROP SCHEMA/);
  });

  test("migrations see what everybody's sessions do, and applications only their own", async () => {
    const statistics =
      "SELECT has_table_privilege('pg_stat_activity', 'SELECT'), pg_has_role('pg_monitor', 'USAGE')";
    assert.equal(await query("migration", statistics), "t|t");
    assert.equal(await query("odoo", statistics), "t|f");
  });

  test("a server with a certificate of another authority is not told the owner's password", async () => {
    const unknowing = await apply("SELECT 1;\n", { port: impostor.port, trusted: "" });
    assert.equal(unknowing.exitCode, 0, "without an authority nobody can know");
    const knowing = await apply("SELECT 1;\n", { port: impostor.port, trusted: authority.certificate });
    assert.notEqual(knowing.exitCode, 0);
    assert.match(knowing.all, /certificate verify failed/);
  });

  test("a server whose certificate is for another name is refused too", async () => {
    const other = await startPooler({
      ...{ address: "127.0.0.1", port: 0, projects: new Map([[projectRef, project.poolers.session]]) },
      ...(await authority.issue(["pooler.example.com"])),
    });
    const { exitCode, all } = await apply("SELECT 1;\n", {
      port: other.port,
      trusted: authority.certificate,
    });
    await other.stop();
    assert.notEqual(exitCode, 0);
    assert.match(all, /does not match host name "localhost"/);
  });

  test("the schema that extensions are in can be used by all", async () => {
    await refused("odoo", "SELECT extensions.f()", /function extensions.f\(\) does not exist/);
    await refused(
      "odoo",
      "CREATE TABLE extensions.loose (id int)",
      /permission denied for schema extensions/,
    );
  });

  test("another password replaces the one before, and the data stay", async () => {
    const before = passwords.n8n ?? assert.fail();
    passwords.n8n = "another password";
    assert.equal((await apply()).exitCode, 0);
    assert.equal(await query("n8n", "SELECT word FROM kept"), "");
    assert.match((await as("n8n", "SELECT 1", before)).stderr, /authentication failed/);
  });

  test("a rotation: both logins are let in until the first is retired, and what it made is everybody's", async () => {
    await query("odoo", "CREATE TABLE invoices AS SELECT 1 AS id");
    const [first, before] = ["odoo_a", passwords.odoo ?? assert.fail()];
    const rotated = configuration({ edits: { "database.rotations": { odoo: 1 } } });
    const next = planDatabaseRoles(rotated.resolvedServices, rotated);
    const fresh = { ...passwords, odoo: "the password after the rotation" };
    const session = as("odoo", "-", before, first);
    session.stdin?.write("SELECT 'signed in';\n");
    await new Promise((resolve) => session.stdout?.once("data", resolve));

    const made = await apply(roleStatements(next, fresh));
    assert.equal(made.exitCode, 0, made.all);
    assert.equal((await as("odoo", "SELECT 1", before, first)).stdout, "1");
    assert.equal((await as("odoo", "SELECT 1", fresh.odoo, "odoo_b")).stdout, "1");
    const alter = "ALTER TABLE invoices ADD COLUMN paid boolean";
    assert.equal((await as("odoo", alter, fresh.odoo, "odoo_b")).stderr, "");
    // The application that has not been restarted yet still makes things.
    await as("odoo", "CREATE TABLE late AS SELECT 1 AS id", before, first);

    const retired = await apply(retirementStatements(next));
    assert.equal(retired.exitCode, 0, retired.all);
    assert.match(
      (await as("odoo", "SELECT 1", before, first)).stderr,
      /authentication failed|not permitted to log in/,
    );
    session.stdin?.end("SELECT 'still there';\n");
    assert.doesNotMatch((await session).stdout, /still there/);
    assert.equal((await as("odoo", "DROP TABLE late; DROP TABLE invoices", fresh.odoo, "odoo_b")).stderr, "");
    // Back, for the tests that follow.
    for (const statements of [roleStatements(roles, passwords), retirementStatements(roles)])
      assert.equal((await apply(statements)).exitCode, 0);
  });

  test("what fails leaves everything as it was, with the server's reason and no secret", async () => {
    const before = await state();
    const { exitCode, all } = await apply(
      `${roleStatements(
        roles,
        mapValues(passwords, (one) => `${one}!`),
      )}CREATE ROLE x SUPERUSER;\n`,
    );
    assert.notEqual(exitCode, 0);
    assert.match(all, /ERROR: {2}permission denied to create role/);
    assert.doesNotMatch(all, /SCRAM|the owner's password/);
    assert.equal(await state(), before);
    assert.equal(await query("odoo", "SELECT 1"), "1");
  });

  test("no password stands in the server's log", () => {
    const written = readFileSync(log, "utf8");
    assert.match(written, /ALTER ROLE "odoo_a" LOGIN/);
    for (const password of [ownerPassword, ...Object.values(passwords)]) {
      assert.ok(!written.includes(password), "a password was logged");
    }
  });
});
