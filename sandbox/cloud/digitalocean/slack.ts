import { z } from "zod";
import type { Cloud } from "../core/cloud.ts";
import { isSealed } from "../core/sealing.ts";
import type { SlackTarget } from "./records.ts";

/** A Slack channel and its webhook address. */
export const SlackRequest = z.strictObject({ channel: z.string().min(1), url: z.url() });

/** For the state file: whoever has the address can post. */
export const sealSlack = (cloud: Cloud, targets: SlackTarget[]): SlackTarget[] =>
  targets.map((target) => ({ ...target, url: cloud.sealer.seal(target.url) }));

/** For an answer. */
export const openSlack = (cloud: Cloud, targets: SlackTarget[]): SlackTarget[] =>
  targets.map((target) => ({
    ...target,
    url: isSealed(target.url) ? cloud.sealer.open(target.url) : target.url,
  }));
