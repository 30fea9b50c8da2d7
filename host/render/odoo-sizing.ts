/** How many processes Odoo runs, and what each may take. */
export interface OdooSizing {
  readonly workers: number;
  readonly cronThreads: number;
  /** A worker above this ends after its request. */
  readonly softLimitMib: number;
  /** A worker above this fails at once. */
  readonly hardLimitMib: number;
  /** Connections to the database that each process keeps at most. */
  readonly connections: number;
}

/** The parent process and the one for websockets. */
const besideWorkersMib = 256;
/** What a worker of this installation has been found to live with. */
const workerMib = 512;
/** A request that writes beside its own transaction, for a number or a mail, needs a second connection. */
const leastConnections = 2;
const mostConnections = 3;
/** Two workers and one for websockets, of a release that stands in: each gets one, and waits for more. */
const takeoverConnections = 3;

/**
 * Odoo's processes for a host: as many workers as its memory limit holds at 512 MiB each and the pooler has connections for,
 * two at least (a report asks the server itself for its pictures, and one worker alone would wait for itself) and two for
 * each core plus one at most.
 *
 * https://www.odoo.com/documentation/18.0/administration/on_premise/deploy.html#worker-number-calculation
 */
export function odooSizing(host: {
  readonly vcpus: number;
  readonly limitMib: number;
  /** What the pooler keeps for Odoo's login. In session mode a connection is one process's for as long as it keeps it. */
  readonly pooledConnections: number;
}): OdooSizing {
  const available = host.limitMib - besideWorkersMib;
  const inMemory = Math.floor(available / workerMib);
  const pooled = host.pooledConnections - takeoverConnections;
  // The process for websockets has connections as well.
  const connected = Math.floor(pooled / leastConnections) - 1;
  const processes = Math.min(inMemory, connected);
  const cronThreads = processes >= 8 ? 2 : 1;
  const workers = Math.max(2, Math.min(processes - cronThreads, host.vcpus * 2 + 1));
  const share = Math.floor(available / (workers + cronThreads));
  const softLimitMib = Math.min(Math.max(share, workerMib), 2048);
  const each = Math.floor(pooled / (workers + cronThreads + 1));
  return {
    workers,
    cronThreads,
    softLimitMib,
    hardLimitMib: Math.floor(softLimitMib * 1.25),
    connections: Math.min(Math.max(each, leastConnections), mostConnections),
  };
}
