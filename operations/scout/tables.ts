import { z } from "zod";
import { sqlIdentifier as identifier, sqlLiteral as literal } from "../../config/quote.ts";
import type { Ask } from "../database/access.ts";
import { Failure } from "../failure.ts";

/** Schema in which Scout's data come to lie. */
export const targetSchema = "scout";

/** A table of Scout in the deprecated project. */
export interface ScoutTable {
  readonly schema: string;
  readonly name: string;
  readonly bytes: number;
  /** Sequences that belong to its columns. */
  readonly sequences: readonly string[];
}

/** What lies in the deprecated project. */
export interface SourceSurvey {
  readonly version: number;
  readonly tables: readonly ScoutTable[];
  /** Other tables and views of people: they stay behind. */
  readonly leftBehind: readonly string[];
}

const surveySchema = z.object({
  version: z.int(),
  tables: z.array(
    z.object({
      schema: z.string(),
      name: z.string(),
      bytes: z.int(),
      sequences: z.array(z.string()),
    }),
  ),
  leftBehind: z.array(z.string()),
  ownTypes: z.array(z.string()),
  outsideReferences: z.array(z.string()),
});

/** Which relations are Scout's: everything in its schema, and what bears its name in the public one. */
const isScouts = `(n.nspname = 'scout' OR (n.nspname = 'public' AND c.relname LIKE 'scout\\_%'))`;
/** Schemas that the vendor fills. */
const vendorSchemas = [
  ...["auth", "extensions", "graphql", "graphql_public", "net", "pgbouncer", "pgsodium", "pgsodium_masks"],
  ...["realtime", "storage", "supabase_functions", "supabase_migrations", "vault", "cron"],
];

/**
 * Finds Scout's tables, and what stands in the way of moving them.
 *
 * @throws Failure naming every obstacle
 */
export async function surveySource(ask: Ask): Promise<SourceSurvey> {
  const { ownTypes, outsideReferences, ...survey } = surveySchema.parse(JSON.parse(await ask(surveyQuery)));
  if (survey.tables.length === 0)
    throw new Failure(
      "the deprecated project has no table of Scout: none in schema scout, no public.scout_*",
    );
  const names = survey.tables.map(({ name }) => name);
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  const problems = [
    ...twice.map((name) => `${name} lies in both scout and public, and would be one table`),
    ...ownTypes.map((what) => `${what}, a type of its own that a table alone does not bring along`),
    ...outsideReferences.map((what) => `${what}, which is none of Scout's tables`),
  ];
  if (problems.length > 0)
    throw new Failure(
      `Scout's tables cannot be moved by themselves:\n  ${problems.join("\n  ")}`,
      "make the types in the primary project by hand, or drop what is not needed in the deprecated one",
    );
  return survey;
}

const surveyQuery = `
  WITH scouts AS (
    SELECT c.oid, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND ${isScouts}
  )
  SELECT json_build_object(
    'version', current_setting('server_version_num')::int,
    'tables', (SELECT coalesce(json_agg(json_build_object('schema', s.nspname, 'name', s.relname,
      'bytes', pg_total_relation_size(s.oid),
      'sequences', (SELECT coalesce(json_agg(q.relname ORDER BY q.relname), '[]') FROM pg_depend d
        JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
        WHERE d.refobjid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))
      ) ORDER BY s.nspname, s.relname), '[]') FROM scouts s),
    'leftBehind', (SELECT coalesce(json_agg(n.nspname || '.' || c.relname ORDER BY 1), '[]')
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition AND c.oid NOT IN (SELECT oid FROM scouts)
        AND n.nspname NOT IN (${["pg_catalog", "information_schema", ...vendorSchemas].map(literal).join(", ")})
        AND n.nspname !~ '^pg_(toast|temp)'),
    'ownTypes', (SELECT coalesce(json_agg(DISTINCT s.relname || '.' || a.attname || ' has ' || format_type(t.oid, NULL)), '[]')
      FROM scouts s JOIN pg_attribute a ON a.attrelid = s.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_type b ON b.oid = a.atttypid
      JOIN pg_type t ON t.oid = CASE WHEN b.typelem <> 0 AND b.typlen = -1 THEN b.typelem ELSE b.oid END
      JOIN pg_namespace tn ON tn.oid = t.typnamespace
      WHERE tn.nspname NOT IN ('pg_catalog', 'information_schema')
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')),
    'outsideReferences', (SELECT coalesce(json_agg(DISTINCT s.relname || ' refers to ' || k.confrelid::regclass), '[]')
      FROM scouts s JOIN pg_constraint k ON k.conrelid = s.oid AND k.contype = 'f'
      WHERE k.confrelid NOT IN (SELECT oid FROM scouts))
  );`;

/** Which of these tables the primary project already has where they would go. */
export async function tablesInTarget(ask: Ask, tables: readonly ScoutTable[]): Promise<string[]> {
  const names = tables.map(({ name }) => literal(name)).join(", ");
  return z.array(z.string()).parse(
    JSON.parse(
      await ask(`SELECT coalesce(json_agg(c.relname ORDER BY c.relname), '[]')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = ${literal(targetSchema)} AND c.relname IN (${names});`),
    ),
  );
}

/** Makes values be written alike on both sides. */
const alike = [
  ...["SET timezone = 'UTC';", "SET datestyle = 'ISO, YMD';", "SET intervalstyle = 'postgres';"],
  ...["SET extra_float_digits = 1;", "SET bytea_output = 'hex';"],
].join("\n");

/**
 * The query that tells what tables hold, one line for each: rows and a checksum over all of them in whatever order, how
 * many indexes and constraints, and where sequences stand.
 *
 * @param place schema of a table, here or there
 */
export function manifestQuery(tables: readonly ScoutTable[], place: (table: ScoutTable) => string): string {
  const parts = tables.flatMap((table) => {
    const schema = place(table);
    const path = `${identifier(schema)}.${identifier(table.name)}`;
    const oid = `${literal(path)}::regclass`;
    return [
      `SELECT ${literal(table.name)} || '|' || count(*) || '|' ||
        coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0) || '|' ||
        (SELECT count(*) FROM pg_index WHERE indrelid = ${oid}) || '|' ||
        (SELECT count(*) FROM pg_constraint WHERE conrelid = ${oid} AND contype IN ('p', 'u', 'f', 'c', 'x'))
        FROM ${path} t`,
      ...table.sequences.map(
        (sequence) =>
          `SELECT ${literal(sequence)} || '|' || last_value || '|' || is_called FROM ${identifier(schema)}.${identifier(sequence)}`,
      ),
    ];
  });
  return `${alike}\n${parts.join("\nUNION ALL\n")};`;
}

/** One difference between two sides. */
export interface Difference {
  readonly name: string;
  readonly expected: string;
  readonly found: string;
}

/** What differs between two manifests, by name. */
export function differences(expected: string, found: string): Difference[] {
  const [left, right] = [expected, found].map(entries) as [Map<string, string>, Map<string, string>];
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((name) => {
    const [one = "nothing", other = "nothing"] = [left.get(name), right.get(name)];
    return one === other ? [] : [{ name, expected: one, found: other }];
  });
}

/** How many rows a manifest counts, by table. */
export function rowsIn(manifest: string): Map<string, number> {
  return new Map(
    [...entries(manifest)].flatMap(([name, text]) => {
      const [count, ...rest] = text.split("|");
      return rest.length === 3 ? [[name, Number(count)] as const] : [];
    }),
  );
}

function entries(manifest: string): Map<string, string> {
  const lines = manifest.split("\n").filter((line) => line.trim() !== "");
  return new Map(
    lines.map((line) => {
      const [name = "", ...rest] = line.split("|");
      return [name, rest.join("|")];
    }),
  );
}
