import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { isUp, removeSandbox } from "../../engine/state.ts";
import { loadSandbox } from "../context.ts";
import { print } from "../output.ts";

/** `down`: no sandbox. */
export function downCommand(): Command {
  return new Command("down")
    .description(
      "end every process of the sandbox and remove its state; what was downloaded or built stays cached",
    )
    .option("--yes", "do not ask")
    .addHelpText(
      "after",
      `
On a terminal it asks first. It never touches a process or a folder that is not the sandbox's own.

Examples:
  ./scripts/sandbox down
  ./scripts/sandbox down --yes`,
    )
    .action(run);
}

async function run(options: { yes?: true }): Promise<void> {
  const sandbox = loadSandbox();
  const mustAsk = !options.yes && process.stdin.isTTY && isUp(sandbox);
  if (mustAsk && !(await agreed(`Remove the sandbox in ${sandbox.state.root} and all in it? [y/N] `))) {
    print("Nothing was removed.");
    return;
  }
  const removal = await removeSandbox(sandbox);
  if (!removal) {
    print(`Nothing was up in ${sandbox.state.root}.`);
    return;
  }
  print(`Ended ${removal.processes} processes and removed ${removal.folder}.`);
  print(`Kept ${sandbox.cache}: the next up needs no download and no build.`);
}

async function agreed(question: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(question)).trim());
  } finally {
    prompt.close();
  }
}
