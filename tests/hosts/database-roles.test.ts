import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { execa } from "execa";
import { roleStatements } from "../../components/database-roles/statements.ts";
import { planDatabaseRoles } from "../../config/derive/database-roles.ts";
import { mapValues } from "../../config/records.ts";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { Authority } from "../../sandbox/internet/authority.ts";
import { type Pooler, startPooler } from "../../sandbox/internet/supabase/pooler.ts";
import { type RunningProject, startProject } from "../../sandbox/internet/supabase/project.ts";
import { obtainDatabaseRoot } from "../../sandbox/internet/supabase/root.ts";
import { configuration, secretValues } from "../host/support/render.ts";
import { databaseClient, psqlOf } from "../internet/support/database-client.ts";
import { freePort } from "../internet/support/free-port.ts";
import { skip } from "../machines/support.ts";

const projectRef = "abcdefghijklmnopqrst";
const ownerPassword = "the owner's password";
const script = readFileSync(join(import.meta.dirname, "../../host/over-ssh/run-statements.sh"), "utf8");
const config = configuration({ edits: { "database.roles": { scout: { schema: "scout_data" } } } });
const roles = planDatabaseRoles(config.resolvedServices, config);
const passwords = { ...secretValues(config).rolePasswords };

describe("The roles of the database, made by the owner through the session pooler", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "database-roles-"));
  const programs = join(folder, "bin");
  let root: string;
  let project: RunningProject;
  let pooler: Pooler;
  let log: string;

  before(async () => {
    root = await obtainDatabaseRoot(cacheFolder(), () => {});
    const authority = await Authority.open(folder);
    const settings = { projectRef, ownerPassword, address: "127.0.0.1", port: await freePort() };
    project = await startProject(settings, { root, folder: join(folder, "project"), authority });
    log = join(folder, "project/postgresql.log");
    const pair = await authority.issue(["pooler.example.com"]);
    const projects = new Map([[projectRef, project.poolers.session]]);
    pooler = await startPooler({ address: "127.0.0.1", port: 0, ...pair, projects });
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
    await project?.stop();
    rmSync(folder, { recursive: true });
  });

  /** What a host runs, with the statements for these passwords. */
  function apply(statements = roleStatements(roles, passwords)) {
    const words = ["-s", "--", "127.0.0.1", String(pooler.port), `postgres.${projectRef}`];
    const input = `${script}${ownerPassword}\n${statements}`;
    return execa("bash", words, {
      ...{ input, reject: false, all: true },
      env: { PATH: `${programs}:${process.env.PATH}` },
    });
  }

  const as = (role: string, sql: string, password = passwords[role] ?? ownerPassword) =>
    databaseClient(
      root,
      sql,
      { port: pooler.port, user: `${role}.${projectRef}`, sslmode: "require" },
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
    for (const { name, schema } of roles) {
      const where = await query(name, "SELECT current_user, current_schema()");
      assert.equal(where, `${name}|${schema ?? "public"}`);
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

  test("a schema that extensions are in can be used by all, where there is one", async () => {
    await query("postgres", "CREATE SCHEMA extensions");
    await refused("odoo", "SELECT extensions.f()", /permission denied for schema extensions/);
    assert.equal((await apply()).exitCode, 0);
    await refused("odoo", "SELECT extensions.f()", /function extensions.f\(\) does not exist/);
  });

  test("another password replaces the one before, and the data stay", async () => {
    const before = passwords.n8n ?? assert.fail();
    passwords.n8n = "another password";
    assert.equal((await apply()).exitCode, 0);
    assert.equal(await query("n8n", "SELECT word FROM kept"), "");
    assert.match((await as("n8n", "SELECT 1", before)).stderr, /authentication failed/);
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
    assert.match(written, /ALTER ROLE "odoo" LOGIN/);
    for (const password of [ownerPassword, ...Object.values(passwords)]) {
      assert.ok(!written.includes(password), "a password was logged");
    }
  });
});
