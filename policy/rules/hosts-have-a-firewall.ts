import { stackRule } from "../rule.ts";
import { ofType, tagsOf } from "../stack.ts";
import { types } from "../types.ts";

/** A droplet without a firewall is open on every port it listens on. */
export const hostsHaveAFirewall = stackRule({
  name: "hosts-have-a-firewall",
  description: "Every droplet has a tag by which a firewall finds it.",
  check: (resources, refuse) => {
    const guarded = new Set(ofType(resources, types.firewall).flatMap(tagsOf));
    for (const droplet of ofType(resources, types.droplet)) {
      const tags = tagsOf(droplet);
      if (tags.length === 0 || tags.some((tag) => guarded.has(tag))) continue;
      refuse(
        droplet,
        `no firewall stands before any of its tags (${tags.join(", ")}).`,
        "Give it a HostFirewall with its own tag, as index.ts does for every host of the settings.",
      );
    }
  },
});
