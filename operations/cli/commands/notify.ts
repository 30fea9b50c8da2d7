import { existsSync, readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { Failure } from "../../failure.ts";
import { checkedOut } from "../../git.ts";
import { doer } from "../../github/run.ts";
import { messageOf, type Outcome, post } from "../../slack/notify.ts";
import { print, say } from "../output.ts";

/** `notify`: tells Slack how a run went. */
export function notifyCommand(): Command {
  return new Command("notify")
    .description("tell the alert channel in Slack how a run went, with links")
    .argument("<title>", "what was done, such as 'deliver prod'")
    .addOption(
      new Option("--outcome <outcome>", "how it ended")
        .choices(["success", "failure", "cancelled"])
        .makeOptionMandatory(),
    )
    .option("--details <file>", "text that is shown below; none where the file does not exist")
    .addHelpText(
      "after",
      `
SLACK_WEBHOOK_URL is the channel's incoming webhook. Where it is not set nothing is sent, and that is said.

Examples:
  ./scripts/ops notify 'deliver prod' --outcome success
  ./scripts/ops notify 'nightly drift of prod' --outcome failure --details drift.txt`,
    )
    .action(run);
}

async function run(title: string, options: { outcome: Outcome; details?: string }): Promise<void> {
  const {
    SLACK_WEBHOOK_URL: webhook,
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
  } = process.env;
  const { outcome, details } = options;
  const { commit } = await checkedOut();
  const isRun = server !== undefined && repository !== undefined;
  const text = messageOf({
    ...{ title, outcome, commit, ...doer() },
    commitLink: isRun ? `${server}/${repository}/commit/${commit}` : null,
    details: details !== undefined && existsSync(details) ? readFileSync(details, "utf8") : "",
  });
  if (!webhook) {
    say("SLACK_WEBHOOK_URL is not set: nobody was told");
    print(text);
    return;
  }
  if (!URL.canParse(webhook)) throw new Failure("SLACK_WEBHOOK_URL is no address", "set it anew as a secret");
  await post(webhook, text);
  print("told");
}
