/**
 * Schemas that are Supabase's own, as patterns: its services make and change them, its owner role may not restore them, and
 * its own backups hold them.
 *
 * Source: the schemas of a new project in https://github.com/supabase/postgres, November 2026.
 */
export const supabaseSchemas: readonly string[] = [
  "auth",
  "cron",
  "extensions",
  "graphql",
  "graphql_public",
  "net",
  "pgbouncer",
  "pgmq",
  "pgsodium",
  "pgsodium_masks",
  "realtime",
  "_realtime",
  "storage",
  "supabase_functions",
  "supabase_migrations",
  "vault",
  "_analytics",
  "_supavisor",
];
