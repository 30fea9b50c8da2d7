import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { execa } from "execa";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { Authority } from "../../sandbox/internet/authority.ts";
import { freePort } from "../../sandbox/internet/loopback.ts";
import { type Pooler, startPooler } from "../../sandbox/internet/supabase/pooler.ts";
import { type RunningProject, startProject } from "../../sandbox/internet/supabase/project.ts";
import { obtainDatabaseRoot } from "../../sandbox/internet/supabase/root.ts";
import { fatalError, readFirstMessage, startupMessage } from "../../sandbox/internet/supabase/wire.ts";
import { askDatabase, type Connection } from "./support/psql.ts";

const projectRef = "abcdefghijklmnopqrst";
const ownerPassword = "owner's password";
const roles = [{ name: "odoo", password: "odoo's password", schema: "public_odoo" }];
const poolerHost = "aws-1-us-east-1.pooler.supabase.com";

test("The first messages of a session are told apart, and wait until they are whole", () => {
  const parameters = new Map([
    ["user", "odoo.abc"],
    ["database", "postgres"],
  ]);
  const message = startupMessage(parameters);
  assert.equal(readFirstMessage(message.subarray(0, 12)), undefined);
  const read = readFirstMessage(message);
  assert.deepEqual(read?.kind === "startup" && [...read.parameters], [...parameters]);
  assert.equal(readFirstMessage(Buffer.from("0000000804d2162f", "hex"))?.kind, "ssl");
  assert.equal(readFirstMessage(Buffer.from("GET / HTTP/1.1\r\n"))?.kind, "unknown");
  assert.match(fatalError("XX000", "no").toString(), /^E/);
});

const isRoot = process.getuid?.() === 0;
const hasInstaller = !(await execa("mmdebstrap", ["--version"], { reject: false })).failed;
const skip =
  isRoot && hasInstaller ? false : "PostgreSQL needs root and mmdebstrap, for the Debian root it runs in";

describe("A Supabase project", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "supabase-"));
  const trusted = join(folder, "authority.pem");
  let root: string;
  let authority: Authority;
  let project: RunningProject;
  let direct: number;
  const poolers: Pooler[] = [];

  const start = async () => {
    const settings = { projectRef, ownerPassword, address: "127.0.0.1", port: direct };
    project = await startProject(settings, { root, folder: join(folder, "project"), authority });
    const pair = await authority.issue([poolerHost]);
    for (const mode of ["session", "transaction"] as const) {
      const projects = new Map([[projectRef, project.poolers[mode]]]);
      poolers.push(await startPooler({ address: "127.0.0.1", port: 0, ...pair, projects }));
    }
  };
  const stop = async () => {
    for (const pooler of poolers.splice(0)) await pooler.stop();
    await project?.stop();
  };

  before(async () => {
    root = await obtainDatabaseRoot(cacheFolder(), () => {});
    authority = await Authority.open(folder);
    direct = await freePort();
    await start();
    await project.ensureRoles(roles);
  });
  after(async () => {
    await stop();
    rmSync(folder, { recursive: true });
  });

  const client = (sql: string, wanted: Connection, password: string) =>
    askDatabase(root, sql, { sslrootcert: trusted, ...wanted }, password);
  async function query(...wanted: Parameters<typeof client>): Promise<string> {
    const result = await client(...wanted);
    if (result.failed) throw new Error(result.stderr);
    return result.stdout.trim();
  }
  const pooled = (index: number, user: string) => ({
    host: poolerHost,
    port: poolers[index]?.port ?? 0,
    user: `${user}.${projectRef}`,
  });

  test("an application gets in through both poolers as its own role, in its own schema", async () => {
    for (const index of [0, 1]) {
      const answer = await query(
        "SELECT current_user, current_schema()",
        pooled(index, "odoo"),
        "odoo's password",
      );
      assert.equal(answer, "odoo|public_odoo");
    }
    await query("CREATE TABLE kept (id int)", pooled(0, "odoo"), "odoo's password");
    await assert.rejects(
      query("CREATE ROLE other", pooled(0, "odoo"), "odoo's password"),
      /permission denied/,
    );
  });

  test("the owner gets in by the pooler and directly, makes roles, and is no superuser", async () => {
    const host = `db.${projectRef}.supabase.co`;
    const directly = { host, port: direct, user: "postgres" };
    const sql = "SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user";
    assert.equal(await query(sql, directly, ownerPassword), "f|t");
    await query("CREATE ROLE late LOGIN PASSWORD 'late'", pooled(0, "postgres"), ownerPassword);
    // The poolers know it at once, without being told.
    assert.equal(await query("SELECT current_user", pooled(1, "late"), "late"), "late");
  });

  test("the owner makes applications' roles over the session pooler, and they are let in at once", async () => {
    const owner = pooled(0, "postgres");
    const made = [
      "CREATE ROLE mattermost LOGIN PASSWORD 'first'",
      "GRANT mattermost TO postgres",
      "CREATE SCHEMA mattermost AUTHORIZATION mattermost",
      "ALTER ROLE mattermost SET search_path = mattermost",
    ];
    for (const statement of made) await query(statement, owner, ownerPassword);
    for (const index of [0, 1]) {
      const where = "SELECT current_user, current_schema()";
      assert.equal(await query(where, pooled(index, "mattermost"), "first"), "mattermost|mattermost");
    }
    await query("ALTER ROLE mattermost PASSWORD 'second'", owner, ownerPassword);
    for (const index of [0, 1]) {
      await assert.rejects(query("SELECT 1", pooled(index, "mattermost"), "first"), /authentication failed/);
      assert.equal(await query("SELECT 1", pooled(index, "mattermost"), "second"), "1");
    }
  });

  test("the owner has the rights that Supabase gives, and passes on what it may", async () => {
    const owner = pooled(0, "postgres");
    const rights =
      "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls FROM pg_roles WHERE rolname = current_user";
    assert.equal(await query(rights, owner, ownerPassword), "f|t|t|t|t");
    const database = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'postgres'";
    assert.equal(await query(database, owner, ownerPassword), "postgres");
    await query("CREATE ROLE backup LOGIN PASSWORD 'backup'", owner, ownerPassword);
    await query("CREATE TABLE unread (id int)", pooled(0, "odoo"), "odoo's password");
    const read = ["SELECT count(*) FROM public_odoo.unread", pooled(0, "backup"), "backup"] as const;
    await assert.rejects(query(...read), /permission denied/);
    await query("GRANT pg_read_all_data TO backup", owner, ownerPassword);
    assert.equal(await query(...read), "0");
    await assert.rejects(
      query("GRANT pg_execute_server_program TO backup", owner, ownerPassword),
      /permission denied/,
    );
  });

  test("without TLS, with a wrong password or of another project, nobody gets in", async () => {
    const plain = { sslmode: "disable" };
    const odoo = pooled(0, "odoo");
    await assert.rejects(
      query("SELECT 1", { ...odoo, ...plain }, "odoo's password"),
      /SSL connection is required/,
    );
    const directly = { host: `db.${projectRef}.supabase.co`, port: direct, user: "odoo" };
    await assert.rejects(query("SELECT 1", { ...directly, ...plain }, "odoo's password"), /no encryption/);
    await assert.rejects(query("SELECT 1", odoo, "wrong"), /SASL authentication failed/);
    await assert.rejects(
      query("SELECT 1", { ...odoo, user: "odoo.zzzzzzzzzzzzzzzzzzzz" }, "x"),
      /Tenant or user not found/,
    );
    await assert.rejects(
      query("SELECT 1", { ...odoo, user: "odoo" }, "odoo's password"),
      /Tenant or user not found/,
    );
    await assert.rejects(
      query("SELECT 1", { ...odoo, host: "other.example.net" }, "odoo's password"),
      /does not match/,
    );
  });

  test("a session keeps its connection at the session pooler, and shares it at the transaction pooler", async () => {
    for (const [index, isShared] of [
      [0, false],
      [1, true],
    ] as const) {
      const idle = client("-", pooled(index, "odoo"), "odoo's password");
      const first = new Promise((resolve) =>
        idle.stdout?.once("data", (line) => resolve(String(line).trim())),
      );
      idle.stdin?.write("SELECT pg_backend_pid();\n");
      const backend = await first;
      const other = await query("SELECT pg_backend_pid()", pooled(index, "odoo"), "odoo's password");
      assert.equal(backend === other, isShared);
      idle.stdin?.end();
      await idle;
    }
  });

  test("after a stop and a start everything is still there, and a role gets its new password", async () => {
    await stop();
    await start();
    assert.equal(await query("SELECT count(*) FROM kept", pooled(0, "odoo"), "odoo's password"), "0");
    await project.ensureRoles([{ name: "odoo", password: "a new one", schema: "public_odoo" }]);
    assert.equal(await query("SELECT 1", pooled(1, "odoo"), "a new one"), "1");
  });
});
