import { Command } from "commander";
import { environmentPaths } from "../../engine/paths.ts";
import { prepare } from "../../engine/prepare.ts";
import { shellQuote } from "../../engine/quote.ts";
import { requireEnvironment } from "../../engine/sandbox.ts";
import { withSandbox } from "../../engine/state.ts";
import { engineVariables } from "../../engine/variables.ts";
import {
  type ChoiceOptions,
  environmentArgument,
  loadSandbox,
  machinesOption,
  oldSoftwareOption,
  providersOption,
} from "../context.ts";
import { shellExports } from "../exports.ts";
import { print } from "../output.ts";
import { runStages } from "../stages.ts";

/** `env`: shell exports for plain `pulumi` commands. */
export function envCommand(): Command {
  return new Command("env")
    .description("print shell exports that make the sandbox the cloud of plain pulumi and of ./scripts/ops")
    .addArgument(environmentArgument())
    .addOption(providersOption())
    .addOption(machinesOption())
    .addOption(oldSoftwareOption())
    .addHelpText(
      "after",
      `
Starts the cloud and makes the stack if need be, and writes its settings anew from the repository's. Only the exports go to
standard output.

Examples:
  eval "$(./scripts/sandbox env prod)"
  pulumi preview
  pulumi stack export
  ./scripts/sandbox inside -- ./scripts/ops doctor     # what speaks to hosts or names runs in their network

  eval "$(./scripts/sandbox env prod --old-software)"    as it was found, before anything is adopted: docs/runbooks/adopt.md`,
    )
    .action(run);
}

async function run(environment: string, options: ChoiceOptions): Promise<void> {
  const sandbox = loadSandbox();
  requireEnvironment(sandbox.project, environment);
  const { tools, cloud, droplets } = await withSandbox(sandbox, `env ${environment}`, () =>
    prepare(sandbox, environment, options, runStages),
  );
  const { path, variables } = engineVariables(sandbox, environment, tools.engine, cloud);
  const operators = droplets.areMachines ? sandbox.project.operatorVariables(sandbox.state) : {};
  print(shellExports({ path, variables: { ...variables, ...operators } }));
  // They do not heed PULUMI_OPTION_CONFIG_FILE.
  print(
    "# pulumi stack init, rm and change-secrets-provider write to the settings file of the folder they run in.",
  );
  print(`# Run them here: cd ${shellQuote(environmentPaths(sandbox.state.root, environment).root)}`);
}
