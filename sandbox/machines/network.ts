import {
  gatewayOf,
  type MachineAddresses,
  metadataAddress,
  nameServers,
  visitorAddress,
  visitorRange,
} from "./addresses.ts";
import { type KernelNames, privateEnd, publicEnd } from "./names.ts";
import { ip, makeNamespace, namespacesNamed, removeNamespace, runInside } from "./namespaces.ts";

/**
 * The sandbox's network: one namespace in which its own servers have their addresses, and a namespace for each machine,
 * with two cables between them. Routes lead to the machines' real addresses; nothing of it is seen outside.
 */
export async function makeNetwork({ network }: KernelNames): Promise<void> {
  await makeNamespace(network);
  await ip(network, [
    ...[metadataAddress, ...nameServers].map((address) => `address replace ${address}/32 dev lo scope link`),
    `address replace ${visitorRange} dev lo scope global`,
  ]);
  await runInside(network, ["sysctl", "--quiet", "--write", "net.ipv4.ip_forward=1"]);
}

/** Plugs a machine in, unless it is. Its namespace outlives its boots, so that a reboot changes nothing out here. */
export async function plugIn(names: KernelNames, id: number, addresses: MachineAddresses): Promise<void> {
  const machine = names.machine(id);
  const { network } = names;
  if (!namespacesNamed(machine).includes(machine)) {
    await makeNamespace(machine);
    await ip(network, [
      cable(publicEnd(id), "eth0", machine, id, 1),
      cable(privateEnd(id), "eth1", machine, id, 2),
    ]);
  }
  await runInside(network, [
    "sysctl",
    "--quiet",
    "--write",
    ...[publicEnd(id), privateEnd(id)].flatMap(answering),
  ]);
  await ip(network, [
    `link set ${publicEnd(id)} up`,
    `link set ${privateEnd(id)} up`,
    ...publicRoutes(id, addresses),
    `route replace ${addresses.privateAddress}/32 dev ${privateEnd(id)} src ${visitorAddress}`,
  ]);
}

/** Takes a machine off the network; its routes go with its cables. */
export async function unplug(names: KernelNames, id: number): Promise<void> {
  await removeNamespace(names.machine(id));
}

function publicRoutes(id: number, { publicAddress }: MachineAddresses): string[] {
  if (publicAddress === null) return [];
  return [
    `address replace ${gatewayOf(publicAddress)}/32 dev lo scope link`,
    `route replace ${publicAddress}/32 dev ${publicEnd(id)} src ${visitorAddress}`,
  ];
}

/** One end here, the other as the machine's own interface; the hardware address tells which machine it is. */
function cable(end: string, inner: string, machine: string, id: number, number: number): string {
  return `link add name ${end} type veth peer name ${inner} address ${hardwareAddress(id, number)} netns ${machine}`;
}

/** A locally administered hardware address from a droplet's number and the number of its interface. */
export function hardwareAddress(id: number, number: number): string {
  const digits = (id % 2 ** 32).toString(16).padStart(8, "0");
  return ["02", number.toString(16).padStart(2, "0"), ...(digits.match(/../g) ?? [])].join(":");
}

/** Neighbours of a machine are behind other cables: this end answers for them, and does not wait before it does. */
function answering(end: string): string[] {
  return [`net.ipv4.conf.${end}.proxy_arp=1`, `net.ipv4.neigh.${end}.proxy_delay=0`];
}
