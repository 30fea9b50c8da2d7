import { Command, InvalidArgumentError, Option } from "commander";
import { shellWord } from "../../../config/quote.ts";
import { onBackupHost } from "../../backup/host.ts";
import { formatPlan, readPlan } from "../../backup/plan.ts";
import { restoreSecrets } from "../../backup/secrets.ts";
import { requireEnvironment } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { confirmByName } from "../asking.ts";
import { knownHostsOption } from "../options.ts";
import { print, printJson, say } from "../output.ts";

/** `restore`: a backup, beside the platform or in its place. */
export function restoreCommand(): Command {
  return new Command("restore")
    .description("restore a backup, beside the platform (scratch) or in its place (live)")
    .argument("[environment]", "environment whose backup it is", "prod")
    .option("--at <time>", "the newest backup that is no younger, such as 2026-11-25T02:00:00Z")
    .option("--safety", "undo a restore: the backup it has taken of what it replaced")
    .addOption(new Option("--only <part>", "the database alone, or the files alone").choices(["db", "files"]))
    .option(
      "--into <place>",
      "where to, scratch or live; without it, only what would happen is said",
      placeNamed,
    )
    .addOption(new Option("--copy <copy>", "which copy").choices(["first", "second"]).default("first"))
    .option("--yes-really <environment>", "restore into live without asking; name the environment")
    .addOption(knownHostsOption())
    .option("--json", "print the plan as one JSON object")
    .addHelpText(
      "after",
      `
Without --into it changes nothing: it names the backup, its age, and what would be lost.

--into scratch restores onto the backups' host, beside the platform, and says where it can be looked at.
--into live takes a safety backup first, stops the applications, moves what is there aside, restores, compares every table
with what was measured when the backup was taken, and starts the applications. Whatever fails on the way puts back what
was there. It asks for the environment's name. Certificates and keys are not touched; scratch has them.

Examples:
  ./scripts/ops restore                                            what there is, and what would be lost
  ./scripts/ops restore --at 2026-11-24T00:00:00Z --into scratch
  ./scripts/ops restore --into live --only db`,
    )
    .action(run);
}

interface Options {
  readonly at?: string;
  readonly safety?: true;
  readonly only?: "db" | "files";
  readonly into?: "scratch" | "live";
  readonly copy: "first" | "second";
  readonly yesReally?: string;
  readonly knownHosts?: string;
  readonly json?: true;
}

async function run(environment: string, options: Options): Promise<void> {
  requireEnvironment(environment);
  const { at, safety, only, into, copy, yesReally } = options;
  if (yesReally !== undefined && yesReally !== environment)
    throw new Failure(`--yes-really says ${yesReally}, and the environment is ${environment}`);
  const secrets = await restoreSecrets(environment);
  const words = [
    `--copy ${copy}`,
    ...(at === undefined ? [] : [`--at ${shellWord(at)}`]),
    ...(safety ? ["--safety"] : []),
    ...(only === undefined ? [] : [`--only ${only}`]),
  ].join(" ");
  await onBackupHost(environment, options.knownHosts, async (host) => {
    if (into !== "scratch") {
      const plan = readPlan(await host.ask(`plan ${words}`, secrets));
      if (into === undefined && options.json) return printJson(plan);
      (into === undefined ? print : say)(formatPlan(plan));
      if (into === undefined) return;
      if (yesReally === undefined) await confirm(environment);
    }
    await host.ask(`restore --into ${into} ${words}`, secrets);
  });
}

function placeNamed(word: string): "scratch" | "live" {
  const place = word.toLowerCase();
  if (place === "scratch" || place === "live") return place;
  throw new InvalidArgumentError("It must be scratch or live.");
}

async function confirm(environment: string): Promise<void> {
  const unattended = new Failure(
    "a restore into live asks for the environment's name, and there is nobody to ask",
    `--yes-really ${environment}`,
  );
  await confirmByName(environment, "replace what is there", unattended);
}
