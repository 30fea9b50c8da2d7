import { Command } from "commander";
import { onBackupHost } from "../../backup/host.ts";
import { backupSource, restoreSecrets } from "../../backup/secrets.ts";
import { requireEnvironment } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { confirmByName } from "../asking.ts";
import { knownHostsOption } from "../options.ts";
import { say } from "../output.ts";

/** What is never filled from elsewhere. */
const production = "prod";

/** `refresh`: another environment's proven backup, masked, in the place of what an environment holds. */
export function refreshCommand(): Command {
  return new Command("refresh")
    .description("fill an environment from a proven backup of production, with personal data masked")
    .argument("[environment]", "environment that is filled; never prod", "staging")
    .option("--from <environment>", "environment whose backup it is", production)
    .option("--at <time>", "the newest proven backup that is no younger, such as 2026-11-25T02:00:00Z")
    .option("--yes-really <environment>", "do so without asking; name the environment that is filled")
    .addOption(knownHostsOption())
    .addHelpText(
      "after",
      `
The backup is restored beside the platform, on a socket that only root reaches, and compared with what was measured when it
was taken. There it is masked by the rules of config/tables/masking, and the whole of it is searched for what was masked. A column that
looks personal and has no rule, or a rule whose column is not there, ends it with nothing changed.

Only then a safety backup is taken, the applications are stopped, schemas and Odoo's filestore are replaced, compared, and the
applications started. Whatever fails on the way puts back what was there. Files are stand-ins: none of production's comes along.

Examples:
  ./scripts/ops refresh staging
  ./scripts/ops refresh staging --at 2026-11-24T00:00:00Z --yes-really staging
  ./scripts/ops restore staging --safety --into live       what was there before, from the safety backup`,
    )
    .action(run);
}

interface Options {
  readonly from: string;
  readonly at?: string;
  readonly yesReally?: string;
  readonly knownHosts?: string;
}

async function run(environment: string, { from, at, yesReally, knownHosts }: Options): Promise<void> {
  requireEnvironment(environment);
  requireEnvironment(from);
  if (environment === production)
    throw new Failure(
      "prod is filled from nowhere: what is in it is what everything else is made of",
      `./scripts/ops restore ${production}`,
    );
  if (environment === from)
    throw new Failure(`${environment} is not filled from itself`, `./scripts/ops restore ${environment}`);
  if (yesReally !== undefined && yesReally !== environment)
    throw new Failure(`--yes-really says ${yesReally}, and the environment is ${environment}`);
  if (at !== undefined && Number.isNaN(Date.parse(at)))
    throw new Failure(`${at} is no time; one looks like 2026-11-25T02:00:00Z`);
  if (yesReally === undefined) await confirm(environment, from);
  const [{ owner }, source] = [await restoreSecrets(environment), await backupSource(from)];
  await onBackupHost(environment, knownHosts, (host) => host.ask("refresh", { owner, source, at }));
  say(
    `${environment} holds what ${from} held, masked: no password and no token of ${from} opens anything in it.`,
  );
}

async function confirm(environment: string, from: string): Promise<void> {
  const unattended = new Failure(
    "a refresh asks for the environment's name, and there is nobody to ask",
    `--yes-really ${environment}`,
  );
  await confirmByName(environment, `replace what is there by ${from}'s, masked`, unattended);
}
