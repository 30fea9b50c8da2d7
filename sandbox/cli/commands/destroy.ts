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
What holds data is protected, so this is refused until the protection is taken off, here as in the real account.
To end the whole sandbox instead: ./scripts/sandbox down

Examples:
  eval "$(./scripts/sandbox env staging)" && pulumi state unprotect --all --yes
  ./scripts/sandbox destroy staging`,
    )
    .action(async (environment: string) => {
      const { result } = await operate("destroy", loadSandbox(), environment, {
        providers: "auto",
        machines: "auto",
      });
      print(summaryLine(result));
    });
}
