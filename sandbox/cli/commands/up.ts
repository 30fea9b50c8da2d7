import { Command } from "commander";
import type { ProviderChoice } from "../../engine/plugins.ts";
import { environmentArgument, loadSandbox, providersOption } from "../context.ts";
import { costLine, monthlyCost } from "../monthly-cost.ts";
import { operate, summaryLine } from "../operate.ts";
import { print, printJson, styled } from "../output.ts";
import { formatStatus, readStatus } from "../status.ts";

/** `up`: from whatever there is to a running environment. */
export function upCommand(): Command {
  return new Command("up")
    .description("bring an environment up: engine, providers, cloud, and every resource of its settings")
    .addArgument(environmentArgument())
    .addOption(providersOption())
    .option("--json", "print one JSON object: the status, and what was changed")
    .addHelpText(
      "after",
      `
Run it as often as you like: it does only what is missing, and takes up where a killed run stopped.

Examples:
  ./scripts/sandbox up                            production's settings
  ./scripts/sandbox up staging                    staging beside it, in the same account
  ./scripts/sandbox up prod --providers official  the vendors' own plugins, or fail`,
    )
    .action(run);
}

async function run(environment: string, options: { json?: true; providers: ProviderChoice }): Promise<void> {
  const sandbox = loadSandbox();
  const { result } = await operate("up", sandbox, environment, options.providers);
  const status = await readStatus(sandbox, environment);
  const cost = monthlyCost(sandbox.project, result.progress);
  if (options.json) {
    const { changes } = result.progress;
    printJson({ ...status, changes, monthlyCost: cost ?? null, seconds: result.seconds });
    return;
  }
  print(`${formatStatus(status)}\n`);
  print(`Not proven here: ${notProven}`);
  print(styled("green", summaryLine(result)));
  if (cost) print(costLine(cost));
}

const notProven =
  "the vendors themselves; machines, DNS and the internet, which are records only (sandbox/README.md says more)";
