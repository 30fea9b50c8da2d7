import { z } from "zod";
import { sqlIdentifier as identifier, sqlLiteral as literal } from "../../config/quote.ts";
import { Failure } from "../failure.ts";
import type { Ask } from "./access.ts";

/** An index that somebody wants. */
export interface WantedIndex {
  readonly name: string;
  readonly table: string;
  readonly column: string;
}

/** The inventory's, in Odoo's schema. Stock Odoo keeps its sessions in files and has no table ir_session. */
export const inventoryIndexes: readonly WantedIndex[] = [
  { name: "idx_res_users_oauth_uid", table: "res_users", column: "oauth_uid" },
  { name: "idx_ir_session_sid", table: "ir_session", column: "sid" },
  { name: "idx_account_move_company_id", table: "account_move", column: "company_id" },
];

const foundSchema = z.object({
  name: z.string(),
  table: z.boolean(),
  column: z.boolean(),
  /** Table and columns of the index of this name, and whether it can be used; null where there is none. */
  index: z.object({ on: z.string(), columns: z.array(z.string()), valid: z.boolean() }).nullable(),
  /** Other indexes that already serve this column. */
  others: z.array(z.string()),
});

/** What there is of an index. */
export type FoundIndex = z.output<typeof foundSchema>;

/** What is to be done about an index. */
export type IndexPlan =
  | { readonly index: WantedIndex; readonly do: "nothing"; readonly because: string }
  | { readonly index: WantedIndex; readonly do: "create" | "make anew"; readonly because: string };

/** What is to be done, by what there is. */
function planIndex(index: WantedIndex, found: FoundIndex): IndexPlan {
  const { name, table, column } = index;
  if (!found.table) return { index, do: "nothing", because: `there is no table ${table}` };
  if (!found.column) return { index, do: "nothing", because: `${table} has no column ${column}` };
  if (found.index === null) {
    const others = found.others.length > 0 ? `; ${found.others.join(", ")} already begins with it` : "";
    return { index, do: "create", because: `${table}.${column} has no index ${name}${others}` };
  }
  if (found.index.on !== table || found.index.columns.join() !== column) {
    const what = `${found.index.on}(${found.index.columns.join(", ")})`;
    return { index, do: "nothing", because: `${name} is the name of another index, on ${what}` };
  }
  if (!found.index.valid)
    return { index, do: "make anew", because: "a run that was broken off left it unusable" };
  return { index, do: "nothing", because: "it is there" };
}

/** The statements of a plan. Concurrently: nobody who writes has to wait, so each is a transaction of its own. */
function indexStatements(schema: string, { index, ...plan }: IndexPlan): string[] {
  if (plan.do === "nothing") return [];
  const [name, table, column] = [index.name, index.table, index.column].map(identifier);
  return [
    ...(plan.do === "make anew" ? [`DROP INDEX CONCURRENTLY ${identifier(schema)}.${name};`] : []),
    `CREATE INDEX CONCURRENTLY ${name} ON ${identifier(schema)}.${table} (${column});`,
  ];
}

/** What is to be done about indexes in a schema. */
export async function planIndexes(
  ask: Ask,
  schema: string,
  wanted: readonly WantedIndex[],
): Promise<IndexPlan[]> {
  const rows = wanted.map(({ name, table, column }) => `(${[name, table, column].map(literal).join(", ")})`);
  const found = z.array(foundSchema).parse(JSON.parse(await ask(query(schema, rows))));
  return wanted.map((index) => {
    const one = found.find(({ name }) => name === index.name);
    if (one === undefined) throw new Error(`the database said nothing of ${index.name}`);
    return planIndex(index, one);
  });
}

/**
 * Does what is to be done.
 *
 * @throws Failure naming what still cannot be used
 */
export async function makeIndexes(
  ask: Ask,
  schema: string,
  plans: readonly IndexPlan[],
  report: (plan: IndexPlan) => void,
): Promise<void> {
  for (const plan of plans) {
    const statements = indexStatements(schema, plan);
    if (statements.length === 0) continue;
    report(plan);
    await ask(statements.join("\n"));
  }
  const after = await planIndexes(
    ask,
    schema,
    plans.map(({ index }) => index),
  );
  const left = after.filter((plan) => plan.do !== "nothing").map(({ index }) => index.name);
  if (left.length > 0)
    throw new Failure(`still not usable: ${left.join(", ")}`, "./scripts/ops db indexes tries once more");
}

function query(schema: string, rows: readonly string[]): string {
  return `
    WITH wanted(name, tab, col) AS (VALUES ${rows.join(", ")}),
    tables AS (
      SELECT c.oid, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${literal(schema)} AND c.relkind IN ('r', 'p')
    ),
    indexes AS (
      SELECT i.indexrelid, i.indisvalid, x.relname AS name, t.relname AS tab,
        ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k(attnum, place)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum ORDER BY k.place) AS cols
      FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN tables t ON t.oid = i.indrelid
    )
    SELECT json_agg(json_build_object(
      'name', w.name,
      'table', EXISTS (SELECT FROM tables t WHERE t.relname = w.tab),
      'column', EXISTS (SELECT FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid
        WHERE t.relname = w.tab AND a.attname = w.col AND a.attnum > 0 AND NOT a.attisdropped),
      'index', (SELECT json_build_object('on', i.tab, 'columns', i.cols, 'valid', i.indisvalid)
        FROM indexes i WHERE i.name = w.name),
      'others', (SELECT coalesce(json_agg(i.name ORDER BY i.name), '[]') FROM indexes i
        WHERE i.tab = w.tab AND i.cols[1] = w.col AND i.name <> w.name AND i.indisvalid)
    )) FROM wanted w;`;
}
