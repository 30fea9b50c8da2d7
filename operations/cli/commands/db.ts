import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import type { Configuration } from "../../../config/configuration.ts";
import { planDatabaseRoles } from "../../../config/derive/database-roles.ts";
import { askAs, withDatabase } from "../../database/access.ts";
import { formatReport } from "../../database/format.ts";
import { type IndexPlan, inventoryIndexes, makeIndexes, planIndexes } from "../../database/indexes.ts";
import { databaseReport, earlierReport } from "../../database/report.ts";
import { requireEnvironment } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { knownHostsOption } from "../options.ts";
import { print, printJson, say, table } from "../output.ts";

/** Role that sees everybody's statistics and none of their data. */
const reportRole = "migration";
const odooRole = "odoo";

/** `db`: looking after the database. */
export function dbCommand(): Command {
  return new Command("db")
    .description("look after the database: connections, slow queries, sizes, indexes")
    .addHelpText(
      "after",
      `
Examples:
  ./scripts/ops db report
  ./scripts/ops db indexes --dry-run`,
    )
    .addCommand(reportCommand())
    .addCommand(indexesCommand());
}

function reportCommand(): Command {
  return new Command("report")
    .description("show connections, slow queries, sizes, and how far the plan's limit is")
    .argument("[environment]", "environment whose database is asked", "prod")
    .option("--slower-than <ms>", "mean time from which a query is slow, in milliseconds", milliseconds, 1000)
    .addOption(
      new Option(
        "--against <file>",
        "earlier report (--json), from which growth is known; - reads it from standard input",
      ),
    )
    .option("--json", "print one JSON object")
    .addOption(knownHostsOption())
    .addHelpText(
      "after",
      `
Asks from the host that makes the database's roles, as the role ${reportRole}, which sees statistics and no data. Changes
nothing.

Examples:
  ./scripts/ops db report
  ./scripts/ops db report --json >monday.json
  ./scripts/ops db report --against monday.json`,
    )
    .action(report);
}

interface ReportOptions {
  readonly slowerThan: number;
  readonly against?: string;
  readonly json?: true;
  readonly knownHosts?: string;
}

async function report(
  environment: string,
  { slowerThan, against, json, knownHosts }: ReportOptions,
): Promise<void> {
  requireEnvironment(environment);
  const earlier = against === undefined ? undefined : readEarlier(against);
  const found = await withDatabase(environment, knownHosts, async (access) => {
    const { pooledConnections } = access.config.database;
    const limits = { slowerThanMs: slowerThan, pooledConnections };
    return databaseReport(askAs(access, await access.login(reportRole)), limits, earlier);
  });
  if (json) printJson({ environment, ...found });
  else print(formatReport(found));
}

function readEarlier(file: string) {
  try {
    return earlierReport.parse(JSON.parse(readFileSync(file === "-" ? 0 : file, "utf8")));
  } catch {
    throw new Failure(`${file} is no earlier report`, "./scripts/ops db report --json writes one");
  }
}

function indexesCommand(): Command {
  return new Command("indexes")
    .description(
      "make the inventory's indexes where their tables and columns exist, without stopping anybody",
    )
    .argument("[environment]", "environment whose database gets them", "prod")
    .option("--dry-run", "only say what would be done")
    .option("--json", "print one JSON object")
    .addOption(knownHostsOption())
    .addHelpText(
      "after",
      `
Indexes are made concurrently, as the role ${odooRole}, which owns the tables. What a broken run left unusable is made anew.
Run again, it changes nothing.

Examples:
  ./scripts/ops db indexes --dry-run
  ./scripts/ops db indexes`,
    )
    .action(indexes);
}

interface IndexOptions {
  readonly dryRun?: true;
  readonly json?: true;
  readonly knownHosts?: string;
}

async function indexes(environment: string, { dryRun, json, knownHosts }: IndexOptions): Promise<void> {
  requireEnvironment(environment);
  const plans = await withDatabase(environment, knownHosts, async (access) => {
    const schema = schemaOf(access.config);
    const ask = askAs(access, await access.login(odooRole));
    const found = await planIndexes(ask, schema, inventoryIndexes);
    if (!dryRun) await makeIndexes(ask, schema, found, (plan) => say(`${plan.index.name}: ${plan.do}`));
    return found;
  });
  if (json) printJson({ environment, dryRun: dryRun ?? false, indexes: plans.map(asRecord) });
  else
    print(
      table(
        plans.map((plan) => asRow(plan, dryRun)),
        new Set(),
      ).join("\n"),
    );
}

function schemaOf(config: Configuration): string {
  const odoo = planDatabaseRoles(config.resolvedServices, config).find(({ name }) => name === odooRole);
  if (odoo?.schema === undefined) throw new Failure(`this environment has no database role ${odooRole}`);
  return odoo.schema;
}

const asRecord = ({ index, ...plan }: IndexPlan) => ({ ...index, ...plan });

function asRow({ index, ...plan }: IndexPlan, dryRun: true | undefined): string[] {
  const done = { nothing: "nothing to do", create: "created", "make anew": "made anew" }[plan.do];
  return [index.name, dryRun && plan.do !== "nothing" ? `to ${plan.do}` : done, plan.because];
}

function milliseconds(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError("a number of milliseconds");
  return value;
}
