import { Command } from "commander";
import { loadSandbox } from "../context.ts";
import { operate, summaryLine } from "../operate.ts";
import { print } from "../output.ts";

/** `destroy`: every resource of one environment, if the engine lets it. */
export function destroyCommand(): Command {
  return new Command("destroy")
    .description("destroy the resources of one environment; the engine refuses where they are protected")
    .argument("<environment>", "the environment to destroy; it has to be named")
    .addHelpText(
      "after",
      `
Production's data is protected, so destroying prod is refused, here as in the real account.
To end the whole sandbox instead: ./scripts/sandbox down

Examples:
  ./scripts/sandbox destroy staging`,
    )
    .action(async (environment: string) => {
      const { result } = await operate("destroy", loadSandbox(), environment, "auto");
      print(summaryLine(result));
    });
}
