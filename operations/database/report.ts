import { z } from "zod";
import { sqlIdentifier as identifier } from "../../config/quote.ts";
import { smallestProject } from "../../config/tables/supabase.ts";
import type { Ask } from "./access.ts";

const bytesSchema = z.int().nonnegative();
const factsSchema = z.object({
  asOf: z.iso.datetime({ offset: true }),
  /** 170004 for 17.4. */
  version: z.int(),
  databaseBytes: bytesSchema,
  maxConnections: z.int(),
  connections: z.array(z.object({ user: z.string(), active: z.int(), idle: z.int(), waiting: z.int() })),
  tables: z.array(z.object({ schema: z.string(), table: z.string(), bytes: bytesSchema, rows: z.number() })),
  /** Schema of pg_stat_statements; null where it is not installed. */
  statementsSchema: z.string().nullable(),
});
const queriesSchema = z.array(
  z.object({ user: z.string(), query: z.string(), calls: z.int(), totalMs: z.number(), meanMs: z.number() }),
);

/** When the plan's size is reached if the database goes on growing as it has. */
export interface Forecast {
  readonly limitBytes: number;
  readonly usedShare: number;
  /** Null without an earlier report. */
  readonly bytesPerDay: number | null;
  /** Null where that is not known, or never. */
  readonly daysLeft: number | null;
}

/** What there is to know about the database's health. */
export interface DatabaseReport extends z.output<typeof factsSchema> {
  /** Connections that the pooler keeps for each user. */
  readonly pooledConnections: number;
  /** Slow queries by total time; null where nothing counts them. */
  readonly slowQueries: z.output<typeof queriesSchema> | null;
  /** Why nothing counts them, and what to do. */
  readonly slowQueriesMissing?: string;
  readonly forecast: Forecast;
}

/** As much of an earlier report as a forecast needs. */
export const earlierReport = z.object({
  asOf: z.iso.datetime({ offset: true }),
  databaseBytes: bytesSchema,
});

/**
 * Asks the database about its connections, queries and sizes.
 *
 * @param limits.slowerThanMs mean time from which a query is slow
 * @param limits.pooledConnections what the poolers keep for each login
 * @param earlier a report of before, from which growth is known
 */
export async function databaseReport(
  ask: Ask,
  { slowerThanMs, pooledConnections }: { readonly slowerThanMs: number; readonly pooledConnections: number },
  earlier?: z.output<typeof earlierReport>,
): Promise<DatabaseReport> {
  const facts = factsSchema.parse(JSON.parse(await ask(factsQuery)));
  const base = {
    ...facts,
    pooledConnections,
    forecast: forecast(facts, earlier),
  };
  const { statementsSchema, version } = facts;
  if (statementsSchema === null) return { ...base, slowQueries: null, slowQueriesMissing: notInstalled };
  try {
    const said = await ask(slowQuery(statementsSchema, version, slowerThanMs));
    return { ...base, slowQueries: queriesSchema.parse(JSON.parse(said)) };
  } catch (error) {
    if (!/shared_preload_libraries/.test(String(error))) throw error;
    return { ...base, slowQueries: null, slowQueriesMissing: notLoaded };
  }
}

const notInstalled =
  "pg_stat_statements is not installed, so nobody counts queries: as the owner, CREATE EXTENSION pg_stat_statements WITH " +
  "SCHEMA extensions (Supabase dashboard, Database, Extensions); it counts from then on";
const notLoaded =
  "pg_stat_statements is installed and not loaded, so nobody counts queries: it must stand in shared_preload_libraries, " +
  "which at Supabase it always does, and a restart loads it";

/** What PostgreSQL calls the time that a statement took; 13 parted planning from executing. */
function timeColumns(version: number): { readonly total: string; readonly mean: string } {
  return version >= 130_000
    ? { total: "total_exec_time", mean: "mean_exec_time" }
    : { total: "total_time", mean: "mean_time" };
}

/** When the limit is reached, at the pace since an earlier report. */
export function forecast(
  { asOf, databaseBytes }: z.output<typeof earlierReport>,
  earlier?: z.output<typeof earlierReport>,
): Forecast {
  const limitBytes = smallestProject.databaseMb * 1024 * 1024;
  const share = { limitBytes, usedShare: databaseBytes / limitBytes };
  const days = earlier === undefined ? 0 : (Date.parse(asOf) - Date.parse(earlier.asOf)) / 86_400_000;
  if (earlier === undefined || days <= 0) return { ...share, bytesPerDay: null, daysLeft: null };
  const bytesPerDay = (databaseBytes - earlier.databaseBytes) / days;
  const left = limitBytes - databaseBytes;
  if (left <= 0) return { ...share, bytesPerDay, daysLeft: 0 };
  return { ...share, bytesPerDay, daysLeft: bytesPerDay > 0 ? left / bytesPerDay : null };
}

/** Row counts are the planner's estimates: counting would read every table. */
const factsQuery = `
  SELECT json_build_object(
    'asOf', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'version', current_setting('server_version_num')::int,
    'databaseBytes', pg_database_size(current_database()),
    'maxConnections', current_setting('max_connections')::int,
    'connections', (SELECT coalesce(json_agg(c ORDER BY c."user"), '[]') FROM (
      SELECT usename AS "user",
        count(*) FILTER (WHERE state = 'active' AND wait_event_type IS DISTINCT FROM 'Lock') AS active,
        count(*) FILTER (WHERE state <> 'active') AS idle,
        count(*) FILTER (WHERE state = 'active' AND wait_event_type = 'Lock') AS waiting
      FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() GROUP BY usename
    ) c),
    'tables', (SELECT coalesce(json_agg(t), '[]') FROM (
      SELECT n.nspname AS schema, c.relname AS table, pg_total_relation_size(c.oid) AS bytes,
        greatest(c.reltuples, 0) AS rows
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND n.nspname !~ '^pg_(toast|temp)'
      ORDER BY pg_total_relation_size(c.oid) DESC, n.nspname, c.relname LIMIT 20
    ) t),
    'statementsSchema', (SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
      WHERE e.extname = 'pg_stat_statements')
  );`;

/** Statements about passwords are kept as they were written, and stay out of what people pass on. */
function slowQuery(schema: string, version: number, slowerThanMs: number): string {
  const { total, mean } = timeColumns(version);
  return `
    SELECT coalesce(json_agg(q), '[]') FROM (
      SELECT r.rolname AS "user", left(regexp_replace(s.query, '\\s+', ' ', 'g'), 200) AS query, s.calls,
        round(s.${total}::numeric, 1) AS "totalMs", round(s.${mean}::numeric, 1) AS "meanMs"
      FROM ${identifier(schema)}.pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid
      JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
      WHERE s.${mean} >= ${slowerThanMs} AND s.query !~* 'password'
      ORDER BY s.${total} DESC LIMIT 10
    ) q;`;
}
