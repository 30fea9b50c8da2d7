import type { Settings } from "../schema.ts";
import { isWorld } from "../world.ts";

/** What somebody has stated on purpose, by the rule of the policy pack that would refuse it otherwise. */
export type Acknowledgements = Readonly<
  Partial<
    Record<
      "ssh-is-for-stated-addresses" | "costs-are-within-budget" | "odoo-has-sessions" | "zone-is-protected",
      string
    >
  >
>;

/**
 * The reasons that stand in the settings, for the policy pack. It sees resources and outputs, and no settings: so this is
 * an output of the stack, where whoever reviews a change sees it come and go as well. A reason nothing needs is left out.
 */
export function acknowledgements({
  ssh,
  budget,
  database,
  dns,
}: Pick<Settings, "ssh" | "budget" | "database" | "dns">): Acknowledgements {
  const { openToWorldBecause } = ssh;
  const { acceptedUsd, exceededBecause } = budget;
  const { odooConnection, transactionPoolerBecause } = database;
  return {
    ...(openToWorldBecause !== undefined && ssh.allowFrom.some(isWorld)
      ? { "ssh-is-for-stated-addresses": openToWorldBecause }
      : {}),
    ...(acceptedUsd !== undefined && exceededBecause !== undefined
      ? { "costs-are-within-budget": exceededBecause }
      : {}),
    ...(transactionPoolerBecause !== undefined && odooConnection === "transaction"
      ? { "odoo-has-sessions": transactionPoolerBecause }
      : {}),
    ...(dns.provider === "elsewhere"
      ? { "zone-is-protected": "Names are with somebody else: dns.provider is elsewhere." }
      : {}),
  };
}
