import { Command, InvalidArgumentError } from "commander";
import { knownHostsOption } from "../options.ts";

type Actions = typeof import("./feature-actions.ts");

/** What they need takes long to load, and no other command needs it. */
const actions = (): Promise<Actions> => import("./feature-actions.ts");

/** `feature`: short-lived environments of branches. */
export function featureCommand(): Command {
  return new Command("feature")
    .description("raise and destroy the short-lived environment of a branch feature/NAME")
    .addHelpText(
      "afterAll",
      `
It has names of its own below staging's, and whatever is in it goes with it. docs/runbooks/deliver.md says what it needs.

Examples:
  ./scripts/ops feature up feature/invoices --days 2
  ./scripts/ops feature list --json
  ./scripts/ops feature destroy feature/invoices
  ./scripts/ops feature destroy --expired`,
    )
    .addCommand(
      new Command("up")
        .description("make it, or bring it up to date; it expires, and may not cost more than its budget")
        .argument("<branch>", "feature/NAME, at most 20 letters, digits and hyphens after the slash")
        .option("--from <environment>", "environment whose settings and secrets it begins with", "staging")
        .option("--days <days>", "how long it lives from now on, 1 to 14", between(1, 14), 3)
        .option("--budget <usd>", "what it may cost a month by list price, in USD", between(1, 500), 70)
        .option("--approved", "only where a pull request of the branch is approved, at this very commit")
        .addOption(knownHostsOption())
        .action(async (...words: Parameters<Actions["up"]>) => (await actions()).up(...words)),
    )
    .addCommand(
      new Command("list")
        .description("show which there are, whose, and until when")
        .option("--json", "print one JSON object")
        .action(async (...words: Parameters<Actions["list"]>) => (await actions()).list(...words)),
    )
    .addCommand(
      new Command("destroy")
        .description("destroy one with everything in it, or those whose time is over")
        .argument("[branch]", "feature/NAME")
        .option("--expired", "those whose time is over")
        .action(async (...words: Parameters<Actions["destroy"]>) => (await actions()).destroy(...words)),
    );
}

function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`from ${least} to ${most}.`);
    return value;
  };
}
