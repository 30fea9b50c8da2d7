import { Command } from "commander";

type Actions = typeof import("./heartbeat-actions.ts");

/** What they need takes long to load, and no other command needs it. */
const actions = (): Promise<Actions> => import("./heartbeat-actions.ts");

/** `heartbeat`: whether anybody still watches. */
export function heartbeatCommand(): Command {
  return new Command("heartbeat")
    .description("see from outside whether every host still watches, and whether its alarm arrives")
    .argument("[environment]", "environment whose hosts are looked at", "prod")
    .option("--tell", "tell people, in Slack and by mail, when something is wrong")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
The dead-man's switch: every host writes a heartbeat to a bucket every five minutes, and tells a failure that is none every
day. This looks at both, from a machine that is none of them. Exits with 0 when all is well, 3 when a host is silent, a
channel takes nothing or a drill has not arrived, and 1 when nobody could look.

The key, the webhook and the password come from HEARTBEAT_ACCESS_KEY_ID, HEARTBEAT_SECRET_ACCESS_KEY, SLACK_WEBHOOK_URL and
MAIL_PASSWORD, and from the stack where those are not set. .github/workflows/heartbeat.yml runs it every half hour.

Examples:
  ./scripts/ops heartbeat
  ./scripts/ops heartbeat prod --json
  ./scripts/ops heartbeat prod --tell`,
    )
    .action(async (...words: Parameters<Actions["heartbeat"]>) => (await actions()).heartbeat(...words));
}
