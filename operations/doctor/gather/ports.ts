import { connect } from "node:net";
import { portsOf, type ResolvedService } from "../../../config/resolve.ts";

/** What a host is to answer on. */
export const declaredPorts: readonly number[] = [22, 80, 443];

/** What is often left open, and never is to be: FTP, telnet, mail, Docker, databases, caches, consoles. */
const notorious = [
  ...[21, 23, 25, 111, 1433, 2375, 2376, 3000, 3306, 3389, 5000, 5432, 5900, 5984, 6333, 6379, 6432, 8000],
  ...[
    8008, 8080, 8081, 8088, 8100, 8443, 8888, 9000, 9090, 9100, 9200, 10_000, 11_211, 11_434, 15_672, 27_017,
  ],
];

const answerWithinMs = 3000;
/** A computer that is busy with something else answers late, and what is to be open is not called shut for that. */
const declaredAnswersWithinMs = 10_000;

/** Everything that is asked from outside: what is declared, what services keep to themselves, and what is notorious. */
export function portsToAsk(services: readonly ResolvedService[]): number[] {
  const own = services.flatMap((service) => (service.kind === "host" ? portsOf(service) : []));
  return [...new Set([...declaredPorts, ...own, ...notorious])].sort((one, other) => one - other);
}

/** Knocks at ports of an address. */
export function askPorts(
  address: string,
  ports: readonly number[],
): Promise<{ port: number; isOpen: boolean }[]> {
  return Promise.all(ports.map(async (port) => ({ port, isOpen: await isOpen(address, port) })));
}

function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timeout = declaredPorts.includes(port) ? declaredAnswersWithinMs : answerWithinMs;
    const socket = connect({ host, port, timeout });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}
