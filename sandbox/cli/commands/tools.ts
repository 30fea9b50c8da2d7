import { join } from "node:path";
import { Command } from "commander";
import { Failure } from "../../engine/failure.ts";
import { obtainTools } from "../../engine/prepare.ts";
import { shellQuote } from "../../engine/quote.ts";
import type { Droplets } from "../../engine/sandbox.ts";
import { type ChoiceOptions, loadSandbox, machinesOption } from "../context.ts";
import { print } from "../output.ts";
import { runStages } from "../stages.ts";

/** `tools`: what takes minutes, ahead of time. */
export function toolsCommand(): Command {
  return new Command("tools")
    .description(
      "obtain the engine, the object storage and the roots of machines, start nothing, and print where they are as exports",
    )
    .addOption(machinesOption())
    .addHelpText(
      "after",
      `
What is obtained is kept in the user's cache folder, so that every sandbox finds it there.

Examples:
  ./scripts/sandbox tools              before the tests, or before a journey without a network
  eval "$(./scripts/sandbox tools)"    then the engine is on PATH`,
    )
    .action(run);
}

async function run({ machines }: Pick<ChoiceOptions, "machines">): Promise<void> {
  const sandbox = loadSandbox();
  const reason = machines === "off" ? "they are not wanted" : await sandbox.simulation.world.obstacle();
  if (machines === "required" && reason !== undefined)
    throw new Failure(`no machine can boot here: ${reason}`);
  const droplets: Droplets =
    reason === undefined ? { areMachines: true } : { areMachines: false, because: reason };
  const { engine, objectStorage } = await obtainTools(sandbox, runStages, droplets);
  print(`export PATH=${shellQuote(engine.folder)}:"$PATH"`);
  print(`export SANDBOX_VERSITYGW=${shellQuote(join(objectStorage.folder, "versitygw"))}`);
}
