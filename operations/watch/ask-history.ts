import { Failure } from "../failure.ts";
import { onHost } from "../hosts/on-host.ts";
import type { ConvergedHost } from "../hosts/stack.ts";
import { type HistoryLine, readHistory } from "./history.ts";

/**
 * The history that a host's watch keeps, as far back as asked.
 *
 * @param back days
 * @throws Failure when the host does not tell it
 */
export async function historyOf(
  host: ConvergedHost,
  back: number,
  knownHosts?: string,
): Promise<HistoryLine[]> {
  const said = await onHost(host, `sudo -n insightpulse-watch latency --days ${back}`, "", knownHosts);
  if (said.exitCode === 0) return readHistory(said.stdout);
  const reason = said.stderr.trim() || `exit code ${said.exitCode}`;
  throw new Failure(`${host.key} (${host.address}) does not tell its history: ${reason}`);
}
