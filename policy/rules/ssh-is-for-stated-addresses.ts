import { isWorld } from "../../config/world.ts";
import type { InboundRule } from "../inbound-rule.ts";
import { known, stackRule } from "../rule.ts";
import { acknowledged, ofType } from "../stack.ts";
import { types } from "../types.ts";

const name = "ssh-is-for-stated-addresses";

/** Whoever can reach SSH can try keys and whatever hole it has next. */
export const sshIsForStatedAddresses = stackRule({
  name,
  description:
    "SSH is open to stated addresses alone, unless ssh.openToWorldBecause says why it is open to the world.",
  check: (resources, refuse) => {
    if (acknowledged(resources, name) !== undefined) return;
    for (const firewall of ofType(resources, types.firewall)) {
      const rules = known(() => firewall.props.inboundRules as InboundRule[] | undefined) ?? [];
      if (
        !rules.some(
          ({ portRange, sourceAddresses = [] }) => portRange === "22" && sourceAddresses.some(isWorld),
        )
      )
        continue;
      refuse(
        firewall,
        "port 22 is open to the world, and nobody says why.",
        "Set ssh.allowFrom to the administrators' addresses, or ssh.openToWorldBecause to the reason.",
      );
    }
  },
});
