import { isIP } from "node:net";
import { metadataAddress, visitorAddress } from "./addresses.ts";
import { privateEnd, publicEnd } from "./names.ts";

/** Where traffic comes from or goes to, as a cloud firewall's rule says it. */
export interface Peers {
  readonly addresses?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly droplet_ids?: readonly number[] | undefined;
}

/** A cloud firewall as the API holds it. */
export interface CloudFirewall {
  readonly inbound_rules: readonly { protocol: string; ports: string; sources: Peers }[];
  readonly outbound_rules: readonly { protocol: string; ports: string; destinations: Peers }[];
  readonly droplet_ids: readonly number[];
  readonly tags: readonly string[];
}

/** A machine as seen from its edge. */
export interface EdgeMachine {
  readonly id: number;
  readonly tags: readonly string[];
  readonly vpc: string;
  readonly publicAddress: string | null;
  readonly privateAddress: string;
  /** A reserved address that leads to it. */
  readonly reservedAddress: string | null;
}

/**
 * The rules of the sandbox's namespace for nftables, replacing all that were there: cloud firewalls at each machine's
 * edge, VPCs apart from each other, reserved addresses, and no machine with another's address.
 */
export function renderRules(machines: readonly EdgeMachine[], firewalls: readonly CloudFirewall[]): string {
  const byId = [...machines].sort((a, b) => a.id - b.id);
  return `table inet sandbox
delete table inet sandbox
table inet sandbox {
${map("entering", byId, (machine) => `jump to_${machine.id}`)}
${map("leaving", byId, (machine) => `jump from_${machine.id}`)}
  chain reserved_in {
    type nat hook prerouting priority -100
${reserved(byId, (own, address) => `ip daddr ${address} dnat ip to ${own}`)}
  }
  chain reserved_from_here {
    type nat hook output priority -100
${reserved(byId, (own, address) => `ip daddr ${address} dnat ip to ${own}`)}
  }
  chain between {
    type filter hook forward priority filter
    ct state established,related accept
    ct state invalid drop
    jump own_addresses
    iifname vmap @leaving
    iifname "pub*" oifname "vpc*" drop
${byId.map(vpcRule).join("\n")}
    oifname vmap @entering
  }
  chain to_the_sandbox {
    type filter hook input priority filter
    ct state established,related accept
    jump own_addresses
    iifname "vpc*" ip daddr != ${metadataAddress} drop
    iifname vmap @leaving
  }
  chain from_the_sandbox {
    type filter hook output priority filter
    ct state established,related accept
    oifname "vpc*" drop
    oifname vmap @entering
  }
  chain own_addresses {
${byId.flatMap(ownAddresses).join("\n")}
  }
${byId.map((machine) => edge(machine, byId, firewalls)).join("\n")}
}
`;
}

/**
 * Routes to reserved addresses, replacing those that were there: whoever calls one from the sandbox's own namespace needs
 * some way before the rules above send the call to a machine.
 */
export function reservedRoutes(machines: readonly EdgeMachine[]): string[] {
  const addresses = machines.flatMap(({ reservedAddress }) => reservedAddress ?? []);
  const routes = addresses.map(
    (address) => `route add ${address}/32 dev lo src ${visitorAddress} proto static`,
  );
  return ["route flush proto static", ...routes];
}

function map(
  name: string,
  machines: readonly EdgeMachine[],
  verdict: (machine: EdgeMachine) => string,
): string {
  const elements = machines.flatMap((machine) =>
    [publicEnd(machine.id), privateEnd(machine.id)].map((end) => `"${end}" : ${verdict(machine)}`),
  );
  const filled = elements.length === 0 ? "" : `\n    elements = { ${elements.join(", ")} }`;
  return `  map ${name} {\n    type ifname : verdict${filled}\n  }`;
}

function reserved(machines: readonly EdgeMachine[], rule: (own: string, address: string) => string): string {
  return machines
    .flatMap(({ publicAddress, reservedAddress }) =>
      publicAddress !== null && reservedAddress !== null
        ? [`    ${rule(publicAddress, reservedAddress)}`]
        : [],
    )
    .join("\n");
}

/** What leaves by a VPC's interface arrives at an interface of the same VPC, or nowhere. */
function vpcRule(machine: EdgeMachine, _index: number, all: readonly EdgeMachine[]): string {
  const neighbours = all.filter(({ vpc }) => vpc === machine.vpc).map(({ id }) => `"${privateEnd(id)}"`);
  return `    iifname "${privateEnd(machine.id)}" oifname != { ${neighbours.join(", ")} } drop`;
}

function ownAddresses({ id, publicAddress, privateAddress }: EdgeMachine): string[] {
  const own = publicAddress === null ? "drop" : `ip saddr != ${publicAddress} drop`;
  return [
    `    iifname "${publicEnd(id)}" ${own}`,
    `    iifname "${privateEnd(id)}" ip saddr != ${privateAddress} drop`,
  ];
}

/** Open both ways where no firewall applies; where one does, only what a rule of it allows. */
function edge(
  machine: EdgeMachine,
  machines: readonly EdgeMachine[],
  firewalls: readonly CloudFirewall[],
): string {
  const applying = firewalls.filter(
    ({ droplet_ids, tags }) =>
      droplet_ids.includes(machine.id) || tags.some((tag) => machine.tags.includes(tag)),
  );
  const inbound = applying.flatMap(({ inbound_rules }) =>
    inbound_rules.flatMap((rule) => allow("saddr", rule.protocol, rule.ports, rule.sources, machines)),
  );
  const outbound = applying.flatMap(({ outbound_rules }) =>
    outbound_rules.flatMap((rule) => allow("daddr", rule.protocol, rule.ports, rule.destinations, machines)),
  );
  // The vendor's own service on a machine's link is behind no firewall.
  const always = `ip daddr ${metadataAddress} tcp dport 80 return`;
  return [
    chain(`to_${machine.id}`, applying.length === 0 ? [] : [...inbound, "drop"]),
    chain(`from_${machine.id}`, applying.length === 0 ? [] : [always, ...outbound, "drop"]),
  ].join("\n");
}

function chain(name: string, rules: readonly string[]): string {
  return `  chain ${name} {\n${[...new Set(rules)].map((rule) => `    ${rule}`).join("\n")}\n  }`;
}

function allow(
  end: "saddr" | "daddr",
  protocol: string,
  ports: string,
  peers: Peers,
  machines: readonly EdgeMachine[],
): string[] {
  const addresses = [...(peers.addresses ?? []), ...addressesOf(peers, machines)];
  const version = (address: string) => isIP(address.split("/")[0] ?? "");
  return ([4, 6] as const).flatMap((family) => {
    const matching = addresses.filter((address) => version(address) === family);
    const rest = `${traffic(protocol, ports, family)} return`;
    if (matching.some((address) => address.endsWith("/0"))) return [`meta nfproto ipv${family} ${rest}`];
    const ip = family === 4 ? "ip" : "ip6";
    return matching.map((address) => `${ip} ${end} ${address} ${rest}`);
  });
}

function traffic(protocol: string, ports: string, family: 4 | 6): string {
  if (protocol === "icmp") return `meta l4proto ${family === 4 ? "icmp" : "ipv6-icmp"}`;
  return ports === "0" || ports === "" || ports === "all"
    ? `meta l4proto ${protocol}`
    : `${protocol} dport ${ports}`;
}

function addressesOf({ tags = [], droplet_ids = [] }: Peers, machines: readonly EdgeMachine[]): string[] {
  return machines
    .filter((machine) => droplet_ids.includes(machine.id) || machine.tags.some((tag) => tags.includes(tag)))
    .flatMap(({ publicAddress, privateAddress }) => [
      ...(publicAddress === null ? [] : [publicAddress]),
      privateAddress,
    ]);
}
