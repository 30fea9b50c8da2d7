import { createTransport } from "nodemailer";
import { post } from "../slack/notify.ts";
import { openSettings } from "../stack/settings.ts";
import type { WatchSettings } from "./settings.ts";

/**
 * Tells people from here, without any host: in Slack and by mail, whatever is configured. Each way is tried whatever
 * becomes of the other.
 *
 * @returns why a way did not work; nothing when all did
 */
export async function tellPeople(settings: WatchSettings, text: string): Promise<string[]> {
  const { slackChannel, mail } = settings.monitoring;
  const ways = [
    ...(slackChannel === undefined ? [] : [tried("Slack", () => inSlack(settings, text))]),
    ...(mail === undefined ? [] : [tried("mail", () => byMail(settings, mail, text))]),
  ];
  if (ways.length === 0)
    return ["there is no way to tell anybody: monitoring.slackChannel or monitoring.mail"];
  return (await Promise.all(ways)).filter((reason) => reason !== undefined);
}

async function tried(way: string, tell: () => Promise<void>): Promise<string | undefined> {
  try {
    await tell();
    return undefined;
  } catch (error) {
    return `${way}: ${(error as Error).message}`;
  }
}

async function inSlack({ environment }: WatchSettings, text: string): Promise<void> {
  await post(
    process.env.SLACK_WEBHOOK_URL || (await openSettings(environment)).secret("slackWebhookUrl"),
    text,
  );
}

async function byMail(
  { environment, monitoring }: WatchSettings,
  { server, port, from, user = from }: NonNullable<WatchSettings["monitoring"]["mail"]>,
  text: string,
): Promise<void> {
  const pass = process.env.MAIL_PASSWORD || (await openSettings(environment)).secret("mailPassword");
  const transport = createTransport({
    ...{ host: server, port, secure: port === 465, requireTLS: port !== 465, auth: { user, pass } },
    ...{ connectionTimeout: 20_000, greetingTimeout: 20_000, socketTimeout: 20_000 },
  });
  const subject = `[InsightPulse ${environment}] ${text.split("\n")[0]}`.slice(0, 120);
  await transport.sendMail({ from, to: [...monitoring.emails], subject, text });
}
