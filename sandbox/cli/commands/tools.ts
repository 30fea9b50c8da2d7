import { join } from "node:path";
import { Command } from "commander";
import { obtainEngine } from "../../engine/engine.ts";
import { Failure } from "../../engine/failure.ts";
import { obtainTools } from "../../engine/prepare.ts";
import { shellQuote } from "../../engine/quote.ts";
import type { Droplets, Sandbox } from "../../engine/sandbox.ts";
import type { Tool } from "../../engine/tool.ts";
import { type ChoiceOptions, loadSandbox, machinesOption } from "../context.ts";
import { print } from "../output.ts";
import { runStages } from "../stages.ts";

/** The engine, told as a stage of its own. */
async function obtainEngineAlone({ cache, project }: Sandbox): Promise<Tool> {
  let engine: Tool | undefined;
  await runStages([
    {
      title: "Engine",
      run: async (report, note) => {
        engine = await obtainEngine({ cache, projectRoot: project.root, report, note });
        return `pulumi ${engine.version}, ${engine.origin}`;
      },
    },
  ]);
  if (!engine) throw new Error("the engine's stage ended without an engine");
  return engine;
}

/** `tools`: what takes minutes, ahead of time. */
export function toolsCommand(): Command {
  return new Command("tools")
    .description(
      "obtain the engine, the object storage and the roots of machines, start nothing, and print where they are as exports",
    )
    .addOption(machinesOption())
    .option("--engine-only", "obtain the engine alone, for a run against the real cloud")
    .addHelpText(
      "after",
      `
What is obtained is kept in the user's cache folder, so that every sandbox finds it there.

Examples:
  ./scripts/sandbox tools              before the tests, or before a journey without a network
  eval "$(./scripts/sandbox tools)"    then the engine is on PATH
  ./scripts/sandbox tools --engine-only`,
    )
    .action(run);
}

interface Options extends Pick<ChoiceOptions, "machines"> {
  readonly engineOnly?: true;
}

async function run({ machines, engineOnly }: Options): Promise<void> {
  const sandbox = loadSandbox();
  if (engineOnly) {
    print(`export PATH=${shellQuote((await obtainEngineAlone(sandbox)).folder)}:"$PATH"`);
    return;
  }
  const reason = machines === "off" ? "they are not wanted" : await sandbox.simulation.world.obstacle();
  if (machines === "required" && reason !== undefined)
    throw new Failure(`no machine can boot here: ${reason}`);
  const droplets: Droplets =
    reason === undefined ? { areMachines: true } : { areMachines: false, because: reason };
  const { engine, objectStorage } = await obtainTools(sandbox, runStages, droplets);
  print(`export PATH=${shellQuote(engine.folder)}:"$PATH"`);
  print(`export SANDBOX_VERSITYGW=${shellQuote(join(objectStorage.folder, "versitygw"))}`);
}
