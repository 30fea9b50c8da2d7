import { readFileSync } from "node:fs";
import { join } from "node:path";
import { statePaths } from "../../sandbox/engine/paths.ts";
import { visiting } from "../../sandbox/world/inside.ts";
import { type Platform, say, told } from "./support.ts";

/** How the ports of an address answered; those that are in neither list said nothing. */
export interface Ports {
  readonly tcp: { readonly open: number[]; readonly closed: number };
  readonly udp: { readonly open: number[]; readonly closed: number };
}

/** The last of all ports. */
export const everyPort = 65_535;

/** Where a scan is made: on a computer of the network, on a host by its key, or in a machine by its droplet's id. */
export type Scanner = "network" | { readonly host: string } | { readonly droplet: number };

/** Which ports of which addresses are knocked at, and from which address. */
export interface Knocks {
  readonly from: string;
  readonly to: readonly string[];
  /** All from the first to this one. */
  readonly last: number;
}

/** What a scan finds where a firewall lets through these ports, and says nothing about any other. */
export function onlyOpen(...open: number[]): Ports {
  return { tcp: { open, closed: 0 }, udp: { open: [], closed: 0 } };
}

/** Knocks at ports, TCP's and UDP's; tells how each address answered. */
export async function scan(
  platform: Platform,
  scanner: Scanner,
  knocks: Knocks,
): Promise<Readonly<Record<string, Ports>>> {
  const program = readFileSync(join(import.meta.dirname, "scan.py"), "utf8");
  const [input, words] = [JSON.stringify(knocks), ["python3", "-c", program]];
  const scanned = () => {
    if (scanner === "network") return say(visiting({ state: statePaths(platform.folder) }, words), { input });
    if ("host" in scanner) return platform.insideWith(input, scanner.host, ...words);
    return platform.inDroplet(input, scanner.droplet, ...words);
  };
  return JSON.parse(await told(scanned()));
}
