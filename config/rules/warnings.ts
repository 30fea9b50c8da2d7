import { formatUsd } from "../derive/money.ts";
import { registryRepositories } from "../derive/registry-repositories.ts";
import { setCommand } from "../fault.ts";
import { resolveServices } from "../resolve.ts";
import type { Settings } from "../schema.ts";
import { registryTiers } from "../tables/prices.ts";
import { isWorld } from "../world.ts";
import { setAuthorityCommand } from "./database.ts";
import type { RuleContext } from "./rule.ts";

/** Each looks at the settings and says what is allowed but should be known. */
export const warnings: readonly ((settings: Settings, context: RuleContext) => readonly string[])[] = [
  ({ ssh }) =>
    ssh.allowFrom.some(isWorld)
      ? [
          `SSH is open to the whole world${ssh.openToWorldBecause ? ` (${ssh.openToWorldBecause})` : ""}. Set ssh.allowFrom.`,
        ]
      : [],
  ({ convergeHosts, environment, ssh }) =>
    convergeHosts && Object.keys(ssh.administrators).length === 0
      ? [
          "Nobody can work on the hosts: the deploy key converges them and may do nothing else, and root is not let in. Name " +
            `somebody: ${setCommand("ssh.administrators.YOU[0]", "ssh-ed25519 AAAA...", environment)}`,
        ]
      : [],
  ({ database }) =>
    database.odooConnection === "transaction"
      ? [
          "Odoo is on the transaction pooler, where LISTEN/NOTIFY does not work: its bus stalls and cron jobs start " +
            "late. database.odooConnection is session by default.",
        ]
      : [],
  ({ database, environment }) =>
    database.certificateAuthority === undefined
      ? [
          "Connections to the database are encrypted, but nobody verifies whose server they end at. Download the " +
            `certificate (Supabase dashboard, Database settings, SSL configuration), then: ${setAuthorityCommand(environment)}`,
        ]
      : [],
  (settings, { catalogue }) => {
    const { registry } = settings;
    const repositories = registryRepositories(resolveServices(catalogue, settings));
    return registry.managed || repositories.length <= registryTiers.starter.repositories
      ? []
      : [
          `The services come from ${repositories.length} repositories of the registry ${registry.name} (${repositories.join(", ")}), which another ` +
            `stack owns and pays for. Starter holds ${registryTiers.starter.repositories}: that stack's registry.tier has to be larger before the ` +
            `next one is pushed (basic: ${formatUsd(registryTiers.basic.monthlyUsd)} a month).`,
        ];
  },
];
