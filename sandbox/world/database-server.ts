import { join } from "node:path";
import { z } from "zod";
import { readJson, writeJson } from "../engine/files.ts";
import { obtainPostgres, type PostgresServer } from "../engine/postgres-from-npm.ts";
import { type DatabaseServerChoice, databaseServerChoices, type Sandbox } from "../engine/sandbox.ts";
import type { Report } from "../engine/tool.ts";

/** Of an older minor version than the databases' root has. */
const older = join(import.meta.dirname, "../internet/supabase/older-server");

const recordSchema = z.object({ server: z.enum(databaseServerChoices) });

/** Decides which PostgreSQL runs the databases from their next start on, and says which that is. */
export async function chooseDatabaseServer(
  sandbox: Sandbox,
  server: DatabaseServerChoice,
  report: Report,
): Promise<string> {
  const fetched = server === "older" ? await obtainPostgres(older, sandbox.cache, report) : undefined;
  // Only once it is there: whatever opens the world next counts on it.
  writeJson(sandbox.state.databaseServer, { server });
  return fetched === undefined ? "Debian's PostgreSQL" : `PostgreSQL ${fetched.version}`;
}

/** The PostgreSQL that runs the databases, obtained first if need be; undefined where it is their root's own. */
export async function databaseServerOf(
  { state, cache }: Sandbox,
  report: Report,
): Promise<PostgresServer | undefined> {
  const server = recordSchema.safeParse(readJson(state.databaseServer)).data?.server;
  return server === "older" ? obtainPostgres(older, cache, report) : undefined;
}
