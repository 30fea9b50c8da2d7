import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { Authority } from "../../sandbox/internet/authority.ts";
import { freePort } from "../../sandbox/internet/loopback.ts";
import { obtainLayer } from "../../sandbox/internet/registry/layer.ts";
import { type Pooler, startPooler } from "../../sandbox/internet/supabase/pooler.ts";
import { type RunningProject, startProject } from "../../sandbox/internet/supabase/project.ts";
import { obtainDatabaseRoot } from "../../sandbox/internet/supabase/root.ts";
import { skip } from "../machines/support.ts";
import { waitFor } from "../support/wait-for.ts";

const projectRef = "abcdefghijklmnopqrst";
const password = "a password";

/** One of the services that stand-ins play, told of its database as its unit tells it. */
interface Played {
  readonly name: string;
  /** Asked so, it speaks to its database. */
  readonly path: string;
  readonly start: (at: { port: number; database: number; folder: string; authority: string }) => {
    words: string[];
    variables: Record<string, string>;
  };
}

const played: Played[] = [
  {
    name: "odoo",
    path: "/web/health?db_server_status=1",
    start: ({ port, database, folder, authority }) => {
      const lines = {
        ...{ http_interface: "127.0.0.1", http_port: port, gevent_port: 0, data_dir: folder },
        ...{ db_host: "localhost", db_port: database, db_name: "postgres", db_sslmode: "verify-full" },
        ...{ db_user: `app.${projectRef}`, db_password: password },
      };
      const file = join(folder, "odoo.conf");
      const text = Object.entries(lines).map(([key, value]) => `${key} = ${value}`);
      writeFileSync(file, ["[options]", ...text, ""].join("\n"));
      return { words: [`--config=${file}`], variables: { PGSSLROOTCERT: authority } };
    },
  },
  {
    name: "mattermost",
    path: "/api/v4/system/ping?get_server_status=true",
    start: ({ port, database, folder, authority }) => ({
      words: [],
      variables: {
        MM_SERVICESETTINGS_LISTENADDRESS: `127.0.0.1:${port}`,
        MM_FILESETTINGS_DIRECTORY: folder,
        MM_SQLSETTINGS_DATASOURCE: `postgres://app.${projectRef}:${encodeURIComponent(password)}@localhost:${database}/postgres?sslmode=verify-full&sslrootcert=${authority}`,
      },
    }),
  },
  {
    name: "n8n",
    path: "/healthz/readiness",
    start: ({ port, database, folder, authority }) => ({
      words: [],
      variables: {
        ...{ N8N_ENCRYPTION_KEY: "a key", N8N_USER_FOLDER: folder, N8N_LISTEN_ADDRESS: "127.0.0.1" },
        ...{ N8N_PORT: String(port), DB_POSTGRESDB_HOST: "localhost", DB_POSTGRESDB_PORT: String(database) },
        ...{ DB_POSTGRESDB_DATABASE: "postgres", DB_POSTGRESDB_USER: `app.${projectRef}` },
        ...{ DB_POSTGRESDB_PASSWORD: password, DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED: "true" },
        DB_POSTGRESDB_SSL_CA_FILE: authority,
      },
    }),
  },
];

describe("services verify whose database they speak to", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "verified-services-"));
  const children: ChildProcess[] = [];
  let programs: string;
  let project: RunningProject;
  let pooler: Pooler;
  let impostor: Pooler;

  before(async () => {
    const layer = await obtainLayer({
      cache: cacheFolder(),
      projectRoot: join(import.meta.dirname, "../.."),
      report: () => {},
      note: () => {},
    });
    programs = layer.programs;
    const root = await obtainDatabaseRoot(cacheFolder(), () => {});
    const authority = await Authority.open(folder);
    const other = await Authority.open(join(folder, "other"));
    const settings = { projectRef, ownerPassword: "x", address: "127.0.0.1", port: await freePort() };
    project = await startProject(settings, { root, folder: join(folder, "project"), authority });
    await project.ensureRoles([{ name: "app", password, schema: "app" }]);
    const where = {
      address: "127.0.0.1",
      port: 0,
      projects: new Map([[projectRef, project.poolers.session]]),
    };
    pooler = await startPooler({ ...where, ...(await authority.issue(["localhost"])) });
    impostor = await startPooler({ ...where, ...(await other.issue(["localhost"])) });
  });
  after(async () => {
    // They write into the folder as long as they run.
    await Promise.all(children.map(ended));
    for (const one of [pooler, impostor, project]) await one?.stop();
    rmSync(folder, { recursive: true });
  });

  /** Starts a service, and asks it about its database. */
  async function ask({ name, path, start }: Played, database: number) {
    const [port, data] = [await freePort(), join(folder, `${name}-${database}`)];
    mkdirSync(join(data, ".n8n"), { recursive: true });
    const { words, variables } = start({
      port,
      database,
      folder: data,
      authority: join(folder, "authority.pem"),
    });
    const child = spawn(join(programs, name), words, { env: variables, stdio: ["ignore", "pipe", "pipe"] });
    children.push(child);
    let printed = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text) => {
        printed += text;
      });
    await waitFor(() => printed.includes("listens on"), `${name} to listen`);
    const answered = async () => fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    await waitFor(async () => (await answered()) !== undefined, name);
    const { status = 0 } = (await answered()) ?? {};
    return { status, printed: () => printed };
  }

  for (const service of played) {
    test(`${service.name} works with the real one, and tells another authority's nothing`, async () => {
      assert.equal((await ask(service, pooler.port)).status, 200);
      const { status, printed } = await ask(service, impostor.port);
      assert.ok(status >= 500, `${status}`);
      // What it prints comes by another way than what it answers.
      await waitFor(() => /certificate signed by unknown authority/.test(printed()), "the reason");
      assert.ok(!printed().includes(password));
    });
  }
});

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await over;
}
