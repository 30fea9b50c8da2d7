import { type HostContext, secretsFolder } from "./context.ts";
import type { HostPart } from "./part.ts";
import { hostFile, secretFile } from "./template.ts";

const tools = "/usr/local/lib/insightpulse";

/** How a host speaks up: one sentence to the alert channel, or to its own log alone where there is none. */
export function alarmPart({ config, values }: HostContext): HostPart {
  const files = [hostFile(`${tools}/notify`), hostFile(`${tools}/alarm`)];
  if (config.monitoring.slackChannel === undefined) return { packages: ["python3"], files };
  const value = values.slackWebhookUrl;
  if (value === undefined) throw new Error("slackWebhookUrl is missing: alarms are posted there");
  const template = "etc/insightpulse/secret";
  return {
    packages: ["python3"],
    files: [...files, secretFile(`${secretsFolder}/slack-webhook`, { template, values: { value } })],
  };
}
