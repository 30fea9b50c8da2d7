/** How many processes Odoo runs, and how much memory each may take. */
export interface OdooSizing {
  readonly workers: number;
  readonly cronThreads: number;
  /** A worker above this ends after its request. */
  readonly softLimitMib: number;
  /** A worker above this fails at once. */
  readonly hardLimitMib: number;
}

/** The parent process and the one for websockets. */
const besideWorkersMib = 256;
/** What a worker of this installation has been found to live with. */
const workerMib = 512;

/**
 * Odoo's processes for a host: as many workers as its memory limit holds at 512 MiB each, two at least (a report asks
 * the server itself for its pictures, and one worker alone would wait for itself) and two for each core plus one at most.
 *
 * https://www.odoo.com/documentation/18.0/administration/on_premise/deploy.html#worker-number-calculation
 */
export function odooSizing(host: { readonly vcpus: number; readonly limitMib: number }): OdooSizing {
  const available = host.limitMib - besideWorkersMib;
  const processes = Math.floor(available / workerMib);
  const cronThreads = processes >= 8 ? 2 : 1;
  const workers = Math.max(2, Math.min(processes - cronThreads, host.vcpus * 2 + 1));
  const share = Math.floor(available / (workers + cronThreads));
  const softLimitMib = Math.min(Math.max(share, workerMib), 2048);
  return { workers, cronThreads, softLimitMib, hardLimitMib: Math.floor(softLimitMib * 1.25) };
}
