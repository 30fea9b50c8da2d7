import type * as pulumi from "@pulumi/pulumi";

/** Who is told. */
export interface Notifications {
  /** Verified addresses of the DigitalOcean team. */
  readonly emails: readonly string[];
  /** Slack channel and its webhook, which is a secret. */
  readonly slack?: { readonly channel: string; readonly webhookUrl: pulumi.Output<string> } | undefined;
}

/** The same in the words of DigitalOcean's alerts. */
export function alertTargets({ emails, slack }: Notifications) {
  return {
    emails: [...emails],
    ...(slack === undefined ? {} : { slacks: [{ channel: slack.channel, url: slack.webhookUrl }] }),
  };
}

/** Who is told, from the configuration; the webhook is only asked for when there is a channel. */
export function notificationsTo(
  settings: { readonly emails: readonly string[]; readonly slackChannel?: string | undefined },
  webhookUrl: () => pulumi.Output<string>,
): Notifications {
  const { emails, slackChannel: channel } = settings;
  return channel === undefined ? { emails } : { emails, slack: { channel, webhookUrl: webhookUrl() } };
}
