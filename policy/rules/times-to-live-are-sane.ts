import { resourceRule } from "../rule.ts";
import { types } from "../types.ts";

/** Seconds; the least DigitalOcean takes, and a day. */
const [shortest, longest] = [30, 86_400];

/** Shorter, and every visit waits for a name; longer, and a mistake lasts for days. */
export const timesToLiveAreSane = resourceRule({
  name: "times-to-live-are-sane",
  description: `Every record's time to live is stated, from ${shortest} seconds to a day.`,
  types: [types.record, types.cloudflareRecord],
  check: ({ props }, refuse) => {
    const { ttl } = props;
    if (typeof ttl === "number" && ttl >= shortest && ttl <= longest) return;
    refuse(
      `its time to live is ${ttl === undefined ? "not stated" : `${ttl} seconds`}.`,
      `Set dns.ttlSeconds to something from ${shortest} to ${longest}.`,
    );
  },
});
