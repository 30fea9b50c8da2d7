import { Command } from "commander";
import { requireEnvironment } from "../../engine/sandbox.ts";
import { environmentArgument, loadSandbox } from "../context.ts";
import { print, printJson } from "../output.ts";
import { formatStatus, readStatus } from "../status.ts";

/** `status`: what there is. */
export function statusCommand(): Command {
  return new Command("status")
    .description("show what is up in one environment; starts nothing")
    .addArgument(environmentArgument())
    .option("--json", "print one JSON object; where nothing is up, engine is null and the lists are empty")
    .addHelpText(
      "after",
      `
Exits with 0 also when nothing is up: that is an answer, not a failure.

Examples:
  ./scripts/sandbox status
  ./scripts/sandbox status staging --json`,
    )
    .action(async (environment: string, options: { json?: true }) => {
      const sandbox = loadSandbox();
      requireEnvironment(sandbox.project, environment);
      const status = await readStatus(sandbox, environment);
      if (options.json) printJson(status);
      else print(formatStatus(status));
    });
}
