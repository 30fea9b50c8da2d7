import { randomBytes } from "node:crypto";
import { z } from "zod";
import { Failure } from "../../engine/failure.ts";
import type { Ground } from "../ground.ts";

/** The host whose applications keep books. */
const host = "erp";

/** Invoices that are planted: what plays Odoo keeps no tables of its own. */
const invoices = 2000;

/** What Odoo's own login gets for an answer: its role owns the tables. */
export async function askOdoo(ground: Ground, statement: string): Promise<string> {
  return ground.onHost(
    host,
    `set -a; . /etc/insightpulse/secrets/odoo-database.env; set +a
psql --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 <<'SQL'
SET client_min_messages = warning;
${statement}
SQL`,
  );
}

/**
 * Books in Odoo's schema, with a file for each hundredth invoice in its filestore and one of every service's own. A drill before
 * may have left its own: they are replaced.
 */
export async function plantBooks(ground: Ground): Promise<void> {
  // Another word in each drill: what is found afterwards is of this one.
  const word = randomBytes(8).toString("hex");
  await askOdoo(
    ground,
    `DROP TABLE IF EXISTS drill_invoice_line, drill_invoice;
CREATE TABLE drill_invoice (id serial PRIMARY KEY, amount numeric(16,2) NOT NULL, note text NOT NULL);
CREATE TABLE drill_invoice_line (id serial PRIMARY KEY, invoice_id int NOT NULL REFERENCES drill_invoice ON DELETE CASCADE, note text);
INSERT INTO drill_invoice (amount, note) SELECT i * 1.5, md5('${word}' || i) FROM generate_series(1, ${invoices}) i;
INSERT INTO drill_invoice_line (invoice_id, note) SELECT 1 + i % ${invoices}, md5(i || '${word}') FROM generate_series(1, ${3 * invoices}) i;`,
  );
}

/** Rows and checksums of the planted tables as they are now, in words that can be compared; says so when one is gone. */
export async function readBooks(ground: Ground): Promise<string> {
  const there = await askOdoo(
    ground,
    "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'drill_invoice%';",
  );
  if (there !== "2") return `${there} of 2 tables`;
  return askOdoo(
    ground,
    `SELECT count(*) || ' invoices of ' || coalesce(sum(amount), 0) || ', ' || coalesce(md5(string_agg(id || note || amount, '' ORDER BY id)), 'none')
  || ', ' || (SELECT count(*) || ' lines, ' || coalesce(md5(string_agg(id || note, '' ORDER BY id)), 'none') FROM drill_invoice_line)
FROM drill_invoice;`,
  );
}

/**
 * Looks whether the books outlived a host that they are not on.
 *
 * @throws Failure when a row is another
 */
export async function requireBooks(ground: Ground, before: string): Promise<void> {
  const now = await readBooks(ground);
  if (now !== before) throw new Failure(`the books are not what they were: ${now}, not ${before}`);
}

const listed = z.object({
  backups: z.array(
    z.object({ time: z.coerce.date(), kind: z.string(), result: z.string(), proof: z.string() }),
  ),
});

/**
 * Takes a backup and proves it, as every night does.
 *
 * @returns when it was taken
 */
export async function takeProvenBackup(ground: Ground): Promise<Date> {
  const { operator, environment } = ground;
  await operator.told("./scripts/ops", "backup", "now", environment);
  const text = await operator.told("./scripts/ops", "backup", "list", environment, "--json");
  const newest = listed
    .parse(JSON.parse(text))
    .backups.filter(({ kind }) => kind === "platform")
    .sort((one, other) => one.time.getTime() - other.time.getTime())
    .at(-1);
  if (newest?.result !== "complete" || newest.proof !== "proven")
    throw new Error(
      `the backup that was just taken is ${newest?.result}, and its proof is: ${newest?.proof}`,
    );
  return newest.time;
}
