import { join } from "node:path";
import { Command } from "commander";
import { obtainTools } from "../../engine/prepare.ts";
import { shellQuote } from "../../engine/quote.ts";
import { loadSandbox } from "../context.ts";
import { print } from "../output.ts";
import { runStages } from "../stages.ts";

/** `tools`: what takes minutes, ahead of time. */
export function toolsCommand(): Command {
  return new Command("tools")
    .description(
      "obtain the engine and the object storage, start nothing, and print where they are as exports",
    )
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

async function run(): Promise<void> {
  const { engine, objectStorage } = await obtainTools(loadSandbox(), runStages);
  print(`export PATH=${shellQuote(engine.folder)}:"$PATH"`);
  print(`export SANDBOX_VERSITYGW=${shellQuote(join(objectStorage.folder, "versitygw"))}`);
}
