import { type HostContext, secretsFolder } from "./context.ts";
import type { HostPart } from "./part.ts";
import { hostFile, secretFile } from "./template.ts";

const tools = "/usr/local/lib/insightpulse";

/** A way in which hosts tell people something; `notify` calls it so too. */
export type AlarmChannel = "slack" | "mail";

/** The ways that are configured. */
export function alarmChannels({ config }: Pick<HostContext, "config">): AlarmChannel[] {
  const { slackChannel, mail } = config.monitoring;
  return [
    ...(slackChannel === undefined ? [] : (["slack"] as const)),
    ...(mail === undefined ? [] : (["mail"] as const)),
  ];
}

/** How a host speaks up: one sentence to the alert channel and by mail, or to its own log alone where there is neither. */
export function alarmPart(context: HostContext): HostPart {
  return {
    packages: ["python3"],
    files: [
      hostFile(`${tools}/notify`),
      hostFile(`${tools}/alarm`),
      hostFile("/etc/systemd/system/alarm@.service"),
      ...slackFiles(context),
      ...mailFiles(context),
    ],
  };
}

function slackFiles({ config, values }: HostContext) {
  if (config.monitoring.slackChannel === undefined) return [];
  const value = values.slackWebhookUrl;
  if (value === undefined) throw new Error("slackWebhookUrl is missing: alarms are posted there");
  return [
    secretFile(`${secretsFolder}/slack-webhook`, {
      template: "etc/insightpulse/secret",
      values: { value },
    }),
  ];
}

function mailFiles({ config, values }: HostContext) {
  const { mail, emails } = config.monitoring;
  if (mail === undefined) return [];
  const password = values.mailPassword;
  if (password === undefined) throw new Error("mailPassword is missing: alarms are sent with it");
  const { server, port, from, user = from } = mail;
  const value = JSON.stringify({
    ...{ server, port, from, user, password },
    ...{ to: emails, environment: config.environment },
  });
  return [
    secretFile(`${secretsFolder}/mail.json`, { template: "etc/insightpulse/secret", values: { value } }),
  ];
}
