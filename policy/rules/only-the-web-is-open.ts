import { isWorld } from "../../config/world.ts";
import type { InboundRule } from "../inbound-rule.ts";
import { resourceRule } from "../rule.ts";
import { types } from "../types.ts";

/** SSH has a rule of its own, `ssh-is-for-stated-addresses`. */
const openPorts: ReadonlySet<string> = new Set(["22", "80", "443"]);

/** Services listen behind nginx: whatever else is open leads past its TLS, its limits and its sign-on. */
export const onlyTheWebIsOpen = resourceRule({
  name: "only-the-web-is-open",
  description: "Nothing but the ports 80 and 443, and 22 for SSH, is open to the world.",
  types: [types.firewall],
  check: ({ props }, refuse) => {
    for (const { protocol, portRange = "", sourceAddresses = [] } of (props.inboundRules ??
      []) as InboundRule[]) {
      if (!sourceAddresses.some(isWorld) || (protocol === "tcp" && openPorts.has(portRange))) continue;
      refuse(
        `${protocol} ${portRange || "of every kind"} is open to the world.`,
        "Take that rule out of components/host/host-firewall.ts: the world reaches services through nginx, at 443.",
      );
    }
  },
});
