import { randomInt } from "node:crypto";
import { connect, createServer } from "node:net";

/** Below what systems give to connections and to servers that ask for any port: none of these is gone a moment later. */
const [lowest, beyond] = [20_000, 32_000] as const;
const given = new Set<number>();

/**
 * A port of loopback that nobody listens on, for programs that take none of the system's choice. Nobody else gets it before
 * the program listens: this process gives no port twice, and the system gives none of these.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, beyond);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Whether somebody listens on a port. */
export function listensOn(port: number, address = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, address, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
