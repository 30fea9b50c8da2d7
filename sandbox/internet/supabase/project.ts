import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { Failure } from "../../engine/failure.ts";
import { makeFolder, readText, writeWhole } from "../../engine/files.ts";
import type { Authority } from "../authority.ts";
import { freePort, listensOn } from "../loopback.ts";
import { type ServerProcess, startServerProcess } from "../server-process.ts";
import { giveToDatabase, inRoot, projectFolderInside as inside, serverInside } from "./root-process.ts";
import { literal, ownerStatements, vendorStatements } from "./statements.ts";

/** One Supabase project, as the owner got it from the vendor. */
export interface ProjectSettings {
  readonly projectRef: string;
  /** Password of the owner's role `postgres`. */
  readonly ownerPassword: string;
  /** Address of the direct host. */
  readonly address: string;
  /** Port of the direct host; 5432 outside tests. */
  readonly port: number;
}

/** What a project is made of, and where it keeps its data. */
export interface ProjectPlace {
  readonly root: string;
  readonly folder: string;
  readonly authority: Authority;
  /** Folder of a PostgreSQL of another minor version, in the place of the root's own. */
  readonly server?: string | undefined;
}

/** A role of an application, with a schema of the same name or another. */
export interface ApplicationRole {
  readonly name: string;
  readonly password: string;
  readonly schema: string;
}

/** Which pooling a connection gets. */
export type PoolMode = "session" | "transaction";

/** A project that runs. */
export interface RunningProject {
  readonly projectRef: string;
  /** Loopback ports of its two poolers. */
  readonly poolers: Readonly<Record<PoolMode, number>>;
  /** Makes the roles of applications, or gives them their passwords; by the owner's rights and no others. */
  ensureRoles(roles: readonly ApplicationRole[]): Promise<void>;
  stop(): Promise<void>;
}

const binaries = "/usr/lib/postgresql/17/bin";
const startDeadlineMs = 60_000;
/** What the session pooler of a small project gives to everybody together. */
const poolSize = 15;

/** Starts PostgreSQL and its poolers; what an earlier run kept in the folder is still there. */
export async function startProject(
  settings: ProjectSettings,
  { root, folder, authority, server }: ProjectPlace,
): Promise<RunningProject> {
  const { projectRef, ownerPassword } = settings;
  makeFolder(folder);
  await makeData(root, folder);
  await writeServerSettings(settings, root, folder, authority);
  const admin = async (sql: string) => runSql(root, folder, sql);
  const database = await startServerProcess({
    name: `PostgreSQL of ${projectRef}`,
    command: inRoot(root, folder, [...postgres(server), "-D", `${inside}/data`], server),
    logFile: join(folder, "postgresql.log"),
    deadlineMs: startDeadlineMs,
    // Closes connections and ends; the polite signal would wait for every client to go.
    stopSignal: "SIGINT",
    isReady: async () => {
      await admin("SELECT 1");
      return true;
    },
  });
  const poolerPassword = randomBytes(24).toString("hex");
  await admin(vendorStatements(ownerPassword, poolerPassword));
  const started: ServerProcess[] = [database];
  const pooler = async (mode: PoolMode) => {
    const port = await freePort();
    started.unshift(await startPooler(mode, port, poolerPassword, root, folder));
    return port;
  };
  const stop = async () => {
    for (const server of started) await server.stop();
  };
  try {
    const poolers = { session: await pooler("session"), transaction: await pooler("transaction") };
    const ensureRoles = async (roles: readonly ApplicationRole[]) => {
      await admin(roles.map(ownerStatements).join("\n"));
    };
    return { projectRef, poolers, ensureRoles, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Words that begin the server's command line. */
function postgres(server: string | undefined): string[] {
  if (server === undefined) return [`${binaries}/postgres`];
  // It finds its libraries by its own place, which a root without /proc does not tell.
  return ["env", `LD_LIBRARY_PATH=${serverInside}/lib`, `${serverInside}/bin/postgres`];
}

/** A copy of the root's fresh data folder, unless there is one. */
async function makeData(root: string, folder: string): Promise<void> {
  const data = join(folder, "data");
  // Programs enter the folder as another user.
  mkdirSync(join(folder, "run"), { recursive: true, mode: 0o700 });
  giveToDatabase(root, folder, join(folder, "run"));
  if (existsSync(data)) return;
  const draft = `${data}.draft`;
  rmSync(draft, { recursive: true, force: true });
  const template = join(root, "var/lib/postgresql/template");
  await execa("cp", ["--archive", "--reflink=auto", template, draft]);
  await execa("mv", [draft, data]);
}

async function writeServerSettings(
  { projectRef, address, port }: ProjectSettings,
  root: string,
  folder: string,
  authority: Authority,
): Promise<void> {
  const data = join(folder, "data");
  const { key, certificate } = await authority.issue([`db.${projectRef}.supabase.co`]);
  const files = {
    "server.key": key,
    "server.crt": certificate,
    "postgresql.auto.conf": [
      `listen_addresses = ${literal(address)}`,
      `port = ${port}`,
      `unix_socket_directories = ${literal(`${inside}/run`)}`,
      "ssl = on",
      "max_connections = 60",
      "shared_buffers = 32MB",
      "password_encryption = 'scram-sha-256'",
      "shared_preload_libraries = 'pg_stat_statements'",
      // The sandbox's data outlive its processes, and need not outlive a power cut.
      "fsync = off",
      "",
    ].join("\n"),
    "pg_hba.conf": [
      "local all supabase_admin peer map=vendor",
      "local all all scram-sha-256",
      // Nobody outside is let in without TLS.
      "hostssl all all all scram-sha-256",
      "",
    ].join("\n"),
    "pg_ident.conf": "vendor postgres supabase_admin\n",
  };
  for (const [name, text] of Object.entries(files)) {
    writeWhole(join(data, name), text);
    giveToDatabase(root, join(data, name));
  }
}

async function startPooler(
  mode: PoolMode,
  port: number,
  password: string,
  root: string,
  folder: string,
): Promise<ServerProcess> {
  const name = `pgbouncer-${mode}`;
  const postgresPort = /^port = (\d+)$/m.exec(readText(join(folder, "data/postgresql.auto.conf")) ?? "")?.[1];
  const files = {
    [`${name}.ini`]: [
      "[databases]",
      `* = host=${inside}/run port=${postgresPort} auth_user=pgbouncer`,
      "[pgbouncer]",
      "listen_addr = 127.0.0.1",
      `listen_port = ${port}`,
      "unix_socket_dir =",
      `pool_mode = ${mode}`,
      `default_pool_size = ${poolSize}`,
      "max_client_conn = 200",
      "max_prepared_statements = 200",
      "auth_type = scram-sha-256",
      `auth_file = ${inside}/${name}.users`,
      "auth_query = SELECT * FROM pgbouncer.get_auth($1)",
      "ignore_startup_parameters = extra_float_digits,options,search_path",
      "",
    ].join("\n"),
    [`${name}.users`]: `"pgbouncer" "${password}"\n`,
  };
  for (const [file, text] of Object.entries(files)) {
    writeWhole(join(folder, file), text);
    giveToDatabase(root, join(folder, file));
  }
  return startServerProcess({
    name,
    command: inRoot(root, folder, ["/usr/sbin/pgbouncer", `${inside}/${name}.ini`]),
    logFile: join(folder, `${name}.log`),
    deadlineMs: startDeadlineMs,
    stopSignal: "SIGINT",
    isReady: () => listensOn(port),
  });
}

/** Runs statements as the vendor's superuser, through standard input: passwords are no arguments. */
async function runSql(root: string, folder: string, sql: string): Promise<void> {
  const port =
    /^port = (\d+)$/m.exec(readText(join(folder, "data/postgresql.auto.conf")) ?? "")?.[1] ?? "5432";
  const client = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"];
  const where = [`--host=${inside}/run`, `--port=${port}`, "--username=supabase_admin", "--dbname=postgres"];
  const [program = "", ...words] = inRoot(root, folder, [...client, ...where]);
  const result = await execa(program, words, { input: sql, reject: false });
  if (result.failed) throw new Failure(`PostgreSQL refused: ${result.stderr.trim() || result.shortMessage}`);
}
