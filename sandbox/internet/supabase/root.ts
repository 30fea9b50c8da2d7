import { join } from "node:path";
import type { Report } from "../../engine/tool.ts";
import { obtainDebianRoot } from "../../machines/debian-root.ts";

/**
 * A Debian root with the database servers and a fresh data folder in it, from the user's cache; installed first if what
 * it is made of has changed. Needs root and mmdebstrap.
 */
export async function obtainDatabaseRoot(cache: string, report: Report): Promise<string> {
  const root = {
    part: "databases",
    // Of the distribution's release: what Supabase runs, PostgreSQL 17, and a pooler that keeps prepared statements.
    packages: ["postgresql-17", "pgbouncer"],
    options: ["--variant=minbase"],
    hook: join(import.meta.dirname, "prepare-root.sh"),
  };
  return (await obtainDebianRoot(root, cache, report)).folder;
}
