import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Configuration } from "../../config/configuration.ts";
import { databaseRolesHost, loginsOf } from "../../config/derive/database-roles.ts";
import { lookup } from "../../config/records.ts";
import { poolerPorts } from "../../config/tables/supabase.ts";
import { Failure } from "../failure.ts";
import { HostSession } from "../hosts/session.ts";
import { convergedHosts } from "../hosts/stack.ts";
import { engineSays } from "../stack/engine.ts";
import { openSettings } from "../stack/settings.ts";

const script = new URL("../../host/over-ssh/run-statements.sh", import.meta.url);

/** Somebody who may sign in to a project, through its session pooler. */
export interface Login {
  readonly poolerHost: string;
  readonly port: number;
  /** As the pooler knows it: with the project behind it. */
  readonly user: string;
  readonly password: string;
}

/** The way to a database: the host from which it is asked, and everything that opens it there. */
export interface DatabaseAccess {
  readonly config: Configuration;
  readonly session: Pick<HostSession, "host" | "run">;
  /** The owner of the primary project. */
  readonly owner: Login;
  /** The owner of the deprecated project; asked for only where there is one. */
  readonly secondaryOwner: () => Login;
  /** The login of a role. */
  readonly login: (role: string) => Promise<Login>;
}

/**
 * Opens the way to an environment's database for as long as something is done: over SSH to the host that makes its roles,
 * with what the stack knows.
 *
 * @throws Failure when the stack cannot be read, or has no such host
 */
export async function withDatabase<Result>(
  environment: string,
  knownHosts: string | undefined,
  work: (access: DatabaseAccess) => Promise<Result>,
): Promise<Result> {
  const { config, secret } = await openSettings(environment);
  const { database } = config;
  const key = databaseRolesHost(config.resolvedServices, config);
  const host = (await convergedHosts(environment)).find((one) => one.key === key);
  if (host === undefined) throw new Failure(`the host ${key} of ${environment} has not been converged yet`);
  const ownerOf = ({ projectRef, poolerHost }: { projectRef: string; poolerHost: string }, name: string) => ({
    ...{ poolerHost, port: poolerPorts.session, user: `postgres.${projectRef}`, password: secret(name) },
  });
  return HostSession.during(host, knownHosts, (session) =>
    work({
      ...{ config, session },
      owner: ownerOf(database, "supabaseOwnerPassword"),
      secondaryOwner: () => {
        if (database.secondary === undefined)
          throw new Failure(`${environment} has no database.secondary: there is nothing to move`);
        return ownerOf(database.secondary, "supabaseSecondaryOwnerPassword");
      },
      login: async (role) => {
        const { poolerHost, projectRef } = database;
        const user = `${loginsOf(role, database).login}.${projectRef}`;
        const password = await passwordOf(environment, role);
        return { poolerHost, port: poolerPorts.session, user, password };
      },
    }),
  );
}

const connectionsSchema = z.object({
  primary: z.object({ roles: z.record(z.string(), z.object({ session: z.string() })) }),
});

/** The stack gives out connection strings, and passwords stand in them. */
async function passwordOf(environment: string, role: string): Promise<string> {
  const words = ["stack", "output", "connections", "--stack", environment, "--json", "--show-secrets"];
  const text = await engineSays(words, `the outputs of ${environment} cannot be read`);
  const { roles } = connectionsSchema.parse(JSON.parse(text)).primary;
  return decodeURIComponent(new URL(lookup(roles, role, "database role").session).password);
}

/** Runs statements in a database, and gives what they print: one line for each row, columns parted by |. */
export type Ask = (sql: string) => Promise<string>;

/** Somebody signed in from the host. */
export function askAs(access: DatabaseAccess, login: Login): Ask {
  return (sql) => runSql(access, login, sql);
}

/** @throws Failure in the database's or SSH's words */
async function runSql(
  { config, session }: DatabaseAccess,
  { poolerHost, port, user, password }: Login,
  sql: string,
): Promise<string> {
  const options = ["--tuples-only", "--no-align"];
  const command = ["bash", "-s", "--", poolerHost, port, user, ...options].join(" ");
  const input = [`${readFileSync(script, "utf8")}${password}`, authorityLine(config), sql, ""].join("\n");
  const { exitCode, stdout, stderr } = await session.run(command, input);
  if (exitCode !== 0) throw databaseFailure(session, user, stderr, exitCode);
  return stdout;
}

/** The database's authority as scripts on hosts read it; empty where it is not known. */
export function authorityLine({ database }: Configuration): string {
  return Buffer.from(database.certificateAuthority ?? "").toString("base64");
}

/** What a script on a host said when it ended badly. */
export function databaseFailure(
  { host }: DatabaseAccess["session"],
  user: string,
  stderr: string,
  exitCode: number | undefined,
): Failure {
  const reason = stderr.trim() || `it ended with exit code ${exitCode}`;
  return new Failure(`the database, asked from ${host.key} as ${user}: ${reason}`);
}
