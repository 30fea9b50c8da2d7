import { Argument, Command } from "commander";
import { knownHostsOption, minutes } from "../options.ts";

type Actions = typeof import("./rollback-actions.ts");

/** `rollback`: the way back to a release that was healthy. */
export function rollbackCommand(): Command {
  return new Command("rollback")
    .description("go back to the last release that was healthy, after saying what that does")
    .addArgument(
      new Argument("[part]", "the apps, the hosts, or both").choices(["app", "host", "all"]).default("all"),
    )
    .argument("[environment]", "environment that goes back", "prod")
    .option("--to <release>", "a release by its name, as ./scripts/ops releases has it")
    .option("--dry-run", "only say what it would do")
    .option("--yes", "do not ask")
    .option("--health-within <minutes>", "how long services have to become healthy", minutes, 10)
    .option(
      "--without-health",
      "ask no service: for an environment whose services cannot be reached from here",
    )
    .addOption(knownHostsOption())
    .option("--json", "print one JSON object: what it does, and the release that came of it")
    .addHelpText(
      "after",
      `
Says first what it does, how long that takes and what becomes of data; then asks for the environment's name. It pins the images
and the addons' commit of that release in the environment's settings, so that the next up agrees, and prints the commands that
commit them. Hosts are converged with them: the images are still there. Apps go back by the platform's own rollback, or, where
more than the image has changed since, by a deployment of the image of then with the variables of now. An app that somebody
has deployed past the stack since the last release stays when everything goes back, and is named; app takes it back too. Data
is not touched.

Whatever fails does not hold up the rest, and is named: the same command goes on with it. Once it is through, the same command
changes nothing. Exits with 0 when all is healthy, with 3 when it went back and a service is not well.

Examples:
  ./scripts/ops rollback                                  production, apps and hosts
  ./scripts/ops rollback app staging --dry-run            what it would do
  ./scripts/ops rollback host --to 20261126T021500Z --yes`,
    )
    .action(async (...words: Parameters<Actions["rollback"]>) =>
      (await import("./rollback-actions.ts")).rollback(...words),
    );
}
