import { environmentTag } from "../../config/naming.ts";
import { stackOf } from "../lasting-stacks.ts";
import { known, resourceRule } from "../rule.ts";
import { types } from "../types.ts";

/**
 * The agent is installed when a droplet is made, and what was adopted has it or not: `monitoring` is then ignored, and not
 * asked for here.
 */
export const hostsAreTaggedAndMonitored = resourceRule({
  name: "hosts-are-tagged-and-monitored",
  description: "Every droplet has its environment's tag, and the agent that measures it.",
  types: [types.droplet],
  check: ({ urn, props, opts }, refuse) => {
    const tag = environmentTag(stackOf(urn));
    const tags = known(() => [...((props.tags ?? []) as string[])]);
    if (tags !== undefined && !tags.includes(tag))
      refuse(`the tag ${tag} is missing.`, "Pass the environment's tag among its tags, as index.ts does.");
    const asked = known(() => props.monitoring as boolean | undefined);
    if (asked !== true && !opts.ignoreChanges.includes("monitoring"))
      refuse("monitoring is not switched on.", "Pass monitoring: true, without which no alert ever fires.");
  },
});
