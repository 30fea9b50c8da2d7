import { join } from "node:path";
import type { SlackMessage } from "./front/slack.ts";
import type { Mail } from "./mail/server.ts";
import { Received } from "./received.ts";
import { trustBundle } from "./trust.ts";

/** What the internet in a folder keeps for others to read, also while it does not run. */
export function internetFiles(folder: string) {
  return {
    authority: join(folder, "authority"),
    trust: join(folder, "trust"),
    /** What every client in the sandbox must trust. Grows by a certificate at every start. */
    trustBundle: trustBundle(join(folder, "trust")),
    pebble: join(folder, "pebble"),
    databases: join(folder, "databases"),
    mail: new Received<Mail>(join(folder, "mail.jsonl")),
    slack: new Received<SlackMessage>(join(folder, "slack.jsonl")),
  };
}
