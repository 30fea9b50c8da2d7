import { backupHosts } from "../derive/backup-hosts.ts";
import { type Fault, setCommand } from "../fault.ts";
import { hostServices, resolveServices } from "../resolve.ts";
import { rule } from "./rule.ts";

/**
 * Whatever a service on a host keeps is in a backup: its schema of the database, or its folders on the host that takes
 * backups, unless the catalogue says why it needs none. Apps keep nothing but in the database.
 */
export const backupSets = rule(
  ["backup", "hosts", "services", "domain"],
  (settings, { stack, catalogue }) => {
    const services = resolveServices(catalogue, settings);
    const { takes } = backupHosts(services, settings);
    return hostServices(services).flatMap(({ name, host, databaseRole, container }): Fault[] => {
      const isKept = databaseRole !== undefined || host === takes || container.data.length === 0;
      if (isKept || container.withoutBackupBecause !== undefined) return [];
      const path = `services.${name}.host`;
      return [
        {
          path,
          problem: `${name} keeps data on ${host} that is in no backup: only ${takes ?? "no host"} takes any.`,
          allowed: `${takes ?? "a host that takes backups"}, or the reason in container.withoutBackupBecause of the catalogue`,
          fix: setCommand(path, takes ?? "HOST", stack),
        },
      ];
    });
  },
);
