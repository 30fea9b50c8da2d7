import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { parseSections } from "../../../config/parse.ts";
import { askPreview } from "../../changes/ask-preview.ts";
import { type ClassedChange, classifyChanges, countOf } from "../../changes/classed.ts";
import { judgeChanges } from "../../changes/judge.ts";
import type { LossVerdict } from "../../changes/losses.ts";
import { type Plan, readPreview, reasonsIn } from "../../changes/preview.ts";
import { requireEnvironment } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { knownHostsOption } from "../options.ts";
import { print, printJson, say, styled, table } from "../output.ts";

const refused = 3;

/** `gate`: whether what a preview plans may be done. */
export function gateCommand(): Command {
  return new Command("gate")
    .description(
      "refuse a preview with which data would go, unless the settings say why and a backup is proven",
    )
    .argument("[environment]", "environment whose preview it is", "prod")
    .option("--preview <file>", "what `pulumi preview --json` has printed; it is run when this is left out")
    .addOption(knownHostsOption())
    .option("--json", "print one JSON object: every change with what it puts at stake, and the verdict")
    .addHelpText(
      "after",
      `
Changes nothing. Each change is classed by what it holds: nothing, what the program makes again, or data. A droplet, a volume, a
bucket, a registry, a key or a generated secret may only be replaced or deleted when the settings say why
(acceptedLosses.RESOURCE) and a backup that is younger than backup.provenWithinHours has been restored and compared. The
host that takes the backups is asked for it, and only then. Exits with 0 when the preview may be done, 3 when it may not,
and 1 when it could not be judged.

Examples:
  ./scripts/ops gate && pulumi up
  pulumi preview --json >plan.json; ./scripts/ops gate staging --preview plan.json --json`,
    )
    .action(run);
}

interface Options {
  readonly preview?: string;
  readonly json?: true;
  readonly knownHosts?: string;
}

async function run(environment: string, { preview, json, knownHosts }: Options): Promise<void> {
  requireEnvironment(environment);
  const plan = readPreview(preview === undefined ? await askPreview(environment) : await textOf(preview));
  const { settings } = parseSections(plan.settings, environment);
  if (settings.acceptedLosses === undefined || settings.backup === undefined)
    throw new Failure(
      "the preview does not say which settings it was made of, or they hold faults",
      "pulumi preview",
    );
  const changes = classifyChanges(plan);
  const { acceptedLosses, backup } = settings;
  const verdict = await judgeChanges({ environment, changes, knownHosts }, { acceptedLosses, backup });
  const refusals = [...planRefusals(plan), ...verdict.refusals];
  if (json) printJson({ environment, changes, losses: verdict.losses, refusals, unused: verdict.unused });
  else tell(environment, changes, { ...verdict, refusals });
  if (refusals.length > 0) process.exitCode = refused;
}

/** A preview that the engine, a provider or a policy refuses is no plan of anything. */
function planRefusals({ errors }: Plan): string[] {
  const explained = reasonsIn(errors);
  if (errors.length === 0 || explained.length > 0) return explained;
  return [
    "The preview failed, and no resource says why: a policy has refused it, and `pulumi preview` says which.",
  ];
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

function tell(environment: string, changes: readonly ClassedChange[], verdict: LossVerdict): void {
  const { losses, refusals, unused } = verdict;
  // What merely gets its protection back, after it was taken off for an up, would hide the rest.
  const told = changes.filter(({ effect }) => effect !== "protected");
  const rows = told.map(({ effect, name, holds, loss }) => [`  ${effect}`, name, holds, loss ?? ""]);
  if (rows.length > 0) print(table(rows, new Set()).join("\n"));
  for (const name of unused)
    say(`acceptedLosses.${name} is not needed: nothing of it is lost. Take it out of the settings.`);
  const counted = `${environment}: ${countOf(changes)}, ${losses.length} with which data goes`;
  if (refusals.length === 0) print(styled("green", `${counted}: it may be done.`));
  else print([styled("red", `${counted}: refused.`), ...refusals.map((reason) => `  ${reason}`)].join("\n"));
}
