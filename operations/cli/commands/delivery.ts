import { Command } from "commander";
import { knownHostsOption, minutes } from "../options.ts";

type Actions = typeof import("./delivery-actions.ts");

/** What they need takes long to load, and no other command needs it. */
const actions = (): Promise<Actions> => import("./delivery-actions.ts");

/** `review`: what a delivery would change, and its digest. */
export function reviewCommand(): Command {
  return new Command("review")
    .description("show what a delivery would change, with policy, cost and a picture; changes nothing")
    .argument("[environment]", "environment to preview", "prod")
    .option("--against <revision>", "compare the cost with a branch, tag or commit")
    .option("--record", "keep its digest beside the state, so that just this can be delivered")
    .option("--link <address>", "the pull request it belongs to")
    .option("--comment <file>", "write a pull request's comment, as Markdown")
    .option("--picture <file>", "write the graph of the program, as SVG")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Needs what pulumi preview needs, and the stack's passphrase: digests are keyed with it, so that they tell nobody a secret.
Exits with 1 where the preview fails or a rule of the policy pack refuses it; the comment is written all the same.

Examples:
  ./scripts/ops review prod --against main
  ./scripts/ops review staging --record --comment review.md --picture graph.svg`,
    )
    .action(async (...words: Parameters<Actions["review"]>) => (await actions()).review(...words));
}

/** `deliver`: applies what was reviewed. */
export function deliverCommand(): Command {
  return new Command("deliver")
    .description("apply what was reviewed and nothing else, wait for health, record the release")
    .argument("[environment]", "environment to deliver to", "prod")
    .option(
      "--reviewed <digest>",
      "digest you have read; the recorded review of this tree or change set when left out",
    )
    .option("--wait <minutes>", "how long to wait for somebody else's lock", minutes, 0)
    .option("--health-within <minutes>", "how long services have to become healthy", minutes, 10)
    .option(
      "--without-health",
      "ask no service: for an environment whose services cannot be reached from here",
    )
    .addOption(knownHostsOption())
    .option("--json", "print one JSON object: the release, or null where nothing was to be done")
    .addHelpText(
      "after",
      `
Refuses, and names what differs, where the change set is not the reviewed one; and where data would go with it that
./scripts/ops gate would not let go. The engine is held to the plan it was read from. Exits with 0 when all is healthy or
nothing was to be changed, with 3 when it is applied and a service is not well.

Examples:
  ./scripts/ops deliver staging
  ./scripts/ops deliver prod --reviewed sha256:0f3c... --wait 10`,
    )
    .action(async (...words: Parameters<Actions["runDelivery"]>) => (await actions()).runDelivery(...words));
}

/** `releases`: what runs where. */
export function releasesCommand(): Command {
  return new Command("releases")
    .description("show what runs where, since when, by whom, healthy or not")
    .argument("[environment...]", "environments to show; all of them when left out")
    .option("--json", "print one JSON object: every release, the newest first")
    .addHelpText(
      "after",
      `
Releases lie in both backup buckets. SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY open them.

Examples:
  ./scripts/ops releases
  ./scripts/ops releases prod --json`,
    )
    .action(async (...words: Parameters<Actions["showReleases"]>) =>
      (await actions()).showReleases(...words),
    );
}

/** `comment`: puts a review under a pull request. */
export function commentCommand(): Command {
  return new Command("comment")
    .description(
      "put a comment that review or report has written under a pull request, in the place of the last one",
    )
    .argument("<file>", "what review --comment or report --markdown has written")
    .requiredOption("--pull-request <number>", "its number")
    .option("--picture <address>", "where the picture can be looked at")
    .addHelpText(
      "after",
      `
GITHUB_REPOSITORY and GITHUB_TOKEN say where; GitHub sets them in every run.

Examples:
  ./scripts/ops comment review.md --pull-request 12
  ./scripts/ops comment review.md --pull-request 12 --picture https://example.org/graph.svg`,
    )
    .action(async (...words: Parameters<Actions["comment"]>) => (await actions()).comment(...words));
}
