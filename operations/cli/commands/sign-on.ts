import { Command } from "commander";
import { plainConfiguration } from "../../plain-configuration.ts";
import { formatSignOn, signOnPlan } from "../../sign-on/format.ts";
import { print, printJson } from "../output.ts";

/** `sign-on`: what has to be registered with Google, who may sign in, and what is open without. */
export function signOnCommand(): Command {
  return new Command("sign-on")
    .description("show what to register with Google, who may sign in, and what is open without signing in")
    .argument("[environment]", "environment", "prod")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Reads the settings file and the catalogue of services only: no cloud, no token, no passphrase, no engine.

Examples:
  ./scripts/ops sign-on
  ./scripts/ops sign-on staging --json | jq -r '.clients[].redirectUris[]'`,
    )
    .action((environment: string, { json }: { readonly json?: true }) => {
      const config = plainConfiguration(environment);
      if (json) printJson(signOnPlan(config));
      else print(formatSignOn(config));
    });
}
