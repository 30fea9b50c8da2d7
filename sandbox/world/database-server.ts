import { z } from "zod";
import { readJson, writeJson } from "../engine/files.ts";
import { type DatabaseServerChoice, databaseServerChoices, type Sandbox } from "../engine/sandbox.ts";
import type { Report } from "../engine/tool.ts";
import { type OlderServer, obtainOlderServer } from "../internet/supabase/older-server.ts";

const recordSchema = z.object({ server: z.enum(databaseServerChoices) });

/** Decides which PostgreSQL runs the databases from their next start on, and says which that is. */
export async function chooseDatabaseServer(
  sandbox: Sandbox,
  server: DatabaseServerChoice,
  report: Report,
): Promise<string> {
  const older = server === "older" ? await obtainOlderServer(sandbox.cache, report) : undefined;
  // Only once it is there: whatever opens the world next counts on it.
  writeJson(sandbox.state.databaseServer, { server });
  return older === undefined ? "Debian's PostgreSQL" : `PostgreSQL ${older.version}`;
}

/** The PostgreSQL that runs the databases, obtained first if need be; undefined where it is their root's own. */
export async function databaseServerOf(
  { state, cache }: Sandbox,
  report: Report,
): Promise<OlderServer | undefined> {
  const server = recordSchema.safeParse(readJson(state.databaseServer)).data?.server;
  return server === "older" ? obtainOlderServer(cache, report) : undefined;
}
