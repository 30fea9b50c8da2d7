import { requireEnvironment } from "../../environments.ts";
import { type FoundHeartbeat, readHeartbeats } from "../../watch/heartbeats.ts";
import { watchSettings } from "../../watch/settings.ts";
import { findSilence } from "../../watch/silence.ts";
import { tellPeople } from "../../watch/tell.ts";
import { print, printJson, say } from "../output.ts";

const silent = 3;

interface HeartbeatOptions {
  readonly tell?: true;
  readonly json?: true;
}

/** Looks at the heartbeats, and tells people when something is wrong. */
export async function heartbeat(environment: string, { tell, json }: HeartbeatOptions): Promise<void> {
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
  for (const reason of await tellPeople(settings, text)) say(`nobody was told: ${reason}`);
}

function formatted([host, found]: [string, FoundHeartbeat]): string {
  if (found === null || "unreadable" in found) return `${host}: no heartbeat`;
  const { time, incidents, drill, cost } = found;
  const open = incidents.map(({ title, wrong, since }) => `\n  ${title} ${wrong}, since ${since}`).join("");
  return `${host}: heartbeat ${time} (a round takes ${cost.cpuSeconds} s of CPU, ${cost.memoryMib} MiB), drill ${drill?.time ?? "not yet"}${open}`;
}
