import { Command } from "commander";
import { requireEnvironment } from "../../environments.ts";
import { type FoundHeartbeat, readHeartbeats } from "../../watch/heartbeats.ts";
import { watchSettings } from "../../watch/settings.ts";
import { findSilence } from "../../watch/silence.ts";
import { tellPeople } from "../../watch/tell.ts";
import { print, printJson, say } from "../output.ts";

const silent = 3;

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
    .action(run);
}

interface Options {
  readonly tell?: true;
  readonly json?: true;
}

async function run(environment: string, { tell, json }: Options): Promise<void> {
  requireEnvironment(environment);
  const settings = watchSettings(environment);
  const heartbeats = await readHeartbeats(settings);
  const wrong = findSilence(heartbeats, settings, new Date());
  if (json) printJson({ environment, wrong, hosts: heartbeats });
  else print([...Object.entries(heartbeats).map(formatted), ...wrong].join("\n"));
  if (wrong.length === 0) return;
  process.exitCode = silent;
  if (!tell) return;
  const text = [`The watch over ${environment} is not as it should be`, ...wrong].join("\n");
  for (const reason of await tellPeople(settings, text)) say(`nobody was told by ${reason}`);
}

function formatted([host, found]: [string, FoundHeartbeat]): string {
  if (found === null || "unreadable" in found) return `${host}: no heartbeat`;
  const { time, incidents, drill, cost } = found;
  const open = incidents.map(({ title, wrong, since }) => `\n  ${title} ${wrong}, since ${since}`).join("");
  return `${host}: heartbeat ${time} (a round takes ${cost.cpuSeconds} s of CPU, ${cost.memoryMib} MiB), drill ${drill?.time ?? "not yet"}${open}`;
}
