import { rootService } from "../catalogue.ts";
import { hostServices, type ResolvedService } from "../resolve.ts";
import type { Settings } from "../schema.ts";

/** Which host does what about backups. */
export interface BackupHosts {
  /** Takes and proves them: the files they hold are there. */
  readonly takes: string | undefined;
  /** Copies them to the second region; undefined where there is no other host. */
  readonly copies: string | undefined;
}

/**
 * The hosts that take and copy backups. They are two: whoever breaks into the one that takes them finds no key that opens
 * the second copy.
 */
export function backupHosts(
  services: readonly ResolvedService[],
  { backup, hosts }: Pick<Settings, "backup" | "hosts">,
): BackupHosts {
  const names = Object.keys(hosts);
  const root = hostServices(services).find(({ name }) => name === rootService);
  const takes = backup.host ?? root?.host ?? names[0];
  return { takes, copies: backup.copyHost ?? names.find((name) => name !== takes) };
}
