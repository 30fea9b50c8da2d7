import { join } from "node:path";
import { Authority } from "./authority.ts";
import type { SlackMessage } from "./front/slack.ts";
import type { Mail } from "./mail/server.ts";
import { Received } from "./received.ts";
import { trust, trustBundle } from "./trust.ts";

/** What the internet in a folder keeps for others to read, also while it does not run. */
export function internetFiles(folder: string) {
  return {
    authority: join(folder, "authority"),
    trust: join(folder, "trust"),
    /** What every client in the sandbox must trust. Grows by a certificate at every start. */
    trustBundle: trustBundle(join(folder, "trust")),
    pebble: join(folder, "pebble"),
    /** What the containers of apps print. */
    apps: join(folder, "apps"),
    /** Images of containers, and what these need while they run. */
    containers: join(folder, "containers"),
    /** The account's registry: its images and its log. */
    registry: join(folder, "registry"),
    databases: join(folder, "databases"),
    mail: new Received<Mail>(join(folder, "mail.jsonl")),
    slack: new Received<SlackMessage>(join(folder, "slack.jsonl")),
  };
}

/**
 * The file with every certificate that clients in the sandbox must trust, made if need be: machines can have it before
 * the internet starts. The roots of Pebble come to it later, one at every start.
 */
export async function certificateBundle(folder: string): Promise<string> {
  const files = internetFiles(folder);
  const authority = await Authority.open(files.authority);
  trust(files.trust, "sandbox", authority.certificate);
  return files.trustBundle;
}
