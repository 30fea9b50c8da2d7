import { nameServers } from "../addresses.ts";

/** What the metadata service tells one droplet about itself. */
export interface DropletFacts {
  readonly id: number;
  readonly name: string;
  readonly region: string;
  readonly publicKeys: readonly string[];
  readonly tags: readonly string[];
  readonly userData: string | null;
  readonly publicInterface: InterfaceFacts | null;
  readonly privateInterface: InterfaceFacts;
  /** An address that leads here and outlives the droplet. */
  readonly reservedAddress: string | null;
}

/** One interface of a droplet. */
export interface InterfaceFacts {
  readonly address: string;
  readonly netmask: string;
  readonly gateway: string;
  readonly mac: string;
}

/** What the vendor's images are told beside the droplet's own user data. */
export const vendorData = `#cloud-config
# As on the vendor's images: root is the user the account's keys open, and the host's own name is in /etc/hosts.
disable_root: false
manage_etc_hosts: true
`;

/** The document at /metadata/v1.json. */
export function metadataDocument(facts: DropletFacts): Record<string, unknown> {
  const reserved = { ipv4: reservedPart(facts) };
  return {
    droplet_id: facts.id,
    hostname: facts.name,
    vendor_data: vendorData,
    ...(facts.userData === null ? {} : { user_data: facts.userData }),
    public_keys: facts.publicKeys,
    region: facts.region,
    interfaces: {
      private: [interfaceDocument(facts.privateInterface, "private")],
      ...(facts.publicInterface && { public: [interfaceDocument(facts.publicInterface, "public")] }),
    },
    floating_ip: reserved,
    reserved_ip: reserved,
    dns: { nameservers: nameServers },
    tags: facts.tags,
    features: { dhcp_enabled: false },
  };
}

function reservedPart({ reservedAddress }: DropletFacts) {
  return reservedAddress === null ? { active: false } : { active: true, ip_address: reservedAddress };
}

function interfaceDocument({ address, netmask, gateway, mac }: InterfaceFacts, type: "public" | "private") {
  return { ipv4: { ip_address: address, netmask, gateway }, mac, type };
}

/** A text, or a folder of them: what lies under /metadata/v1/. */
type Tree = string | { readonly [name: string]: Tree };

function metadataTree(facts: DropletFacts): Tree {
  const reserved: Tree = {
    ipv4: {
      active: String(facts.reservedAddress !== null),
      ...(facts.reservedAddress === null ? {} : { ip_address: facts.reservedAddress }),
    },
  };
  return {
    id: String(facts.id),
    hostname: facts.name,
    ...(facts.userData === null ? {} : { "user-data": facts.userData }),
    "vendor-data": vendorData,
    "public-keys": facts.publicKeys.join("\n"),
    region: facts.region,
    interfaces: {
      ...(facts.publicInterface && { public: { 0: interfaceTree(facts.publicInterface, "public") } }),
      private: { 0: interfaceTree(facts.privateInterface, "private") },
    },
    dns: { nameservers: nameServers.join("\n") },
    floating_ip: reserved,
    reserved_ip: reserved,
    tags: facts.tags.join("\n"),
    features: { dhcp_enabled: "false" },
  };
}

function interfaceTree({ address, netmask, gateway, mac }: InterfaceFacts, type: string): Tree {
  return { ipv4: { address, netmask, gateway }, mac, type };
}

/**
 * The answer to a path below /metadata/v1/; undefined where the vendor has nothing. A folder answers with the names in it,
 * folders among them with a slash.
 */
export function metadataAt(facts: DropletFacts, path: string): string | undefined {
  let place: Tree = metadataTree(facts);
  for (const name of path.split("/").filter((part) => part !== "")) {
    if (typeof place === "string") return undefined;
    const next: Tree | undefined = Object.hasOwn(place, name) ? place[name] : undefined;
    if (next === undefined) return undefined;
    place = next;
  }
  if (typeof place === "string") return place;
  return Object.entries(place)
    .map(([name, inner]) => (typeof inner === "string" ? name : `${name}/`))
    .join("\n");
}

/**
 * The files that cloud-init's general data source asks for. DigitalOcean's own one asks the mainboard who made it, and a
 * container has none; the content is the same.
 */
export function cloudInitFile(facts: DropletFacts, name: string): string | undefined {
  switch (name) {
    case "meta-data":
      // JSON is YAML as well.
      return JSON.stringify({
        "instance-id": String(facts.id),
        "local-hostname": facts.name,
        "public-keys": facts.publicKeys,
      });
    case "user-data":
      return facts.userData ?? "";
    case "vendor-data":
      return vendorData;
    // The addresses are there before it starts. It asks all the same, and asks for minutes when refused.
    case "network-config":
      return "";
    default:
      return undefined;
  }
}
