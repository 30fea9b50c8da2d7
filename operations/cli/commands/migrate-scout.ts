import { Command } from "commander";
import { withDatabase } from "../../database/access.ts";
import { requireEnvironment } from "../../environments.ts";
import { type Moved, type MovePlan, ScoutMove } from "../../scout/move.ts";
import { targetSchema } from "../../scout/tables.ts";
import { knownHostsOption } from "../options.ts";
import { print, printJson, say, table } from "../output.ts";

const stillWritten = 3;

/** `migrate-scout`: Scout's data, from the deprecated project into the primary one. */
export function migrateScoutCommand(): Command {
  return new Command("migrate-scout")
    .description(
      `move Scout's tables from the deprecated project into schema ${targetSchema} of the primary one`,
    )
    .argument("[environment]", "environment whose projects they are", "prod")
    .option("--dry-run", "only say what would be moved")
    .option("--json", "print one JSON object")
    .addOption(knownHostsOption())
    .addHelpText(
      "after",
      `
Moved is everything in schema scout, and public.scout_*. Runs on the host that makes the database's roles, as the owner of
both projects: one dump of one moment, loaded in one transaction, then compared table by table, by rows and checksums.
Overwrites nothing: where the tables are there already they are only compared. Broken off, it is run again: a whole dump is
kept on the host (for its owner alone) until its tables are in place. Reads the deprecated project and changes nothing in it.

Exits with 0 when both sides hold the same, and 3 when the deprecated project has changed since it was dumped.

Examples:
  ./scripts/ops migrate-scout --dry-run
  ./scripts/ops migrate-scout`,
    )
    .action(run);
}

interface Options {
  readonly dryRun?: true;
  readonly json?: true;
  readonly knownHosts?: string;
}

async function run(environment: string, { dryRun, json, knownHosts }: Options): Promise<void> {
  requireEnvironment(environment);
  const { plan, moved } = await withDatabase(environment, knownHosts, async (access) => {
    const move = new ScoutMove(access, say);
    const plan = await move.plan();
    return { plan, moved: dryRun ? undefined : await move.run(plan) };
  });
  if (moved === undefined) {
    if (json) printJson({ environment, dryRun: true, ...plan });
    else print(formatPlan(plan));
    return;
  }
  if (moved.since.length > 0) process.exitCode = stillWritten;
  if (json) printJson({ environment, ...moved, rows: Object.fromEntries(moved.rows), ...leftBehind(plan) });
  else print(formatMoved(environment, plan, moved));
}

const leftBehind = ({ source }: MovePlan) => ({ leftBehind: source.leftBehind });

function formatPlan({ source, action, owner }: MovePlan): string {
  const rows = source.tables.map(({ schema, name, bytes }) => [
    ...[`  ${schema}.${name}`, `${(bytes / 1024 / 1024).toFixed(1)} MB`, `to ${targetSchema}.${name}`],
  ]);
  const title =
    action === "move"
      ? `would move ${source.tables.length} tables, which ${owner} will own:`
      : `all ${source.tables.length} tables are there already, and would be compared:`;
  return [title, ...table(rows, new Set([1])), ...stayLines(source.leftBehind)].join("\n");
}

function formatMoved(environment: string, plan: MovePlan, { action, rows, verified, since }: Moved): string {
  const done = action === "move" ? "moved, and the same as dumped" : "there already";
  const counted = [...rows].map(([name, count]) => [`  ${targetSchema}.${name}`, `${count} rows`]);
  const changed =
    since.length === 0
      ? ["rows and checksums are the same on both sides at this moment"]
      : [
          "the deprecated project has changed since; somebody still writes there:",
          ...since.map(({ name, expected, found }) => `  ${name}: ${expected} there, ${found} here`),
        ];
  return [
    `${verified} tables ${done}:`,
    ...table(counted, new Set([1])),
    ...changed,
    ...stayLines(plan.source.leftBehind),
    "",
    ...checklist(environment),
  ].join("\n");
}

function stayLines(names: readonly string[]): string[] {
  if (names.length === 0) return ["nothing else lies in the deprecated project"];
  return ["stays behind, since it is not Scout's:", ...names.map((name) => `  ${name}`)];
}

function checklist(environment: string): string[] {
  return [
    "before the deprecated project is retired:",
    `  [ ] whoever writes Scout's data writes to the primary project (a role of its own: database.roles.scout.schema: ${targetSchema})`,
    "  [ ] nobody is connected to the deprecated one: Supabase dashboard, Reports, Database connections, for a week",
    `  [ ] ./scripts/ops migrate-scout ${environment} still says that both sides are the same`,
    "  [ ] what stays behind is wanted by nobody; its edge functions, storage and users are looked through",
    "  [ ] a last dump of the whole project is kept with the backups",
    "  [ ] the project is paused, and nobody misses it for two weeks",
    `  [ ] pulumi config rm --path 'database.secondary' --stack ${environment}; pulumi config rm supabaseSecondaryOwnerPassword --stack ${environment}; pulumi up`,
    "  [ ] the project is deleted, and with it the passwords and keys that once leaked",
  ];
}
