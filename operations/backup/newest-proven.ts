import { onBackupHost } from "./host.ts";
import { type ListedBackup, newestProven, readBackupList } from "./list.ts";

/**
 * The newest backup of an environment that is complete and proven, as the host that has it says; undefined where there is none.
 *
 * @throws Failure when that host cannot be asked
 */
export function newestProvenBackup(
  environment: string,
  knownHosts: string | undefined,
): Promise<ListedBackup | undefined> {
  return onBackupHost(environment, knownHosts, async (host) =>
    newestProven(readBackupList(await host.ask("list"))),
  );
}
