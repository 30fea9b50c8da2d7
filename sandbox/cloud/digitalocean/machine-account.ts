import type { Account } from "../../machines/fleet.ts";
import type { MachineSpec } from "../../machines/machine.ts";
import type { DropletFacts, InterfaceFacts } from "../../machines/metadata/document.ts";
import { hardwareAddress } from "../../machines/network.ts";
import { parseRange } from "../core/addresses.ts";
import type { Cloud } from "../core/cloud.ts";
import { dropletNetworks } from "./droplet-view.ts";
import type { Droplet } from "./records.ts";

/** What the machines see of this account. */
export function machineAccount(cloud: Cloud): Account {
  const { droplets, firewalls } = cloud.state;
  return {
    machine: (id) => {
      const droplet = droplets.get(id);
      return droplet && machineSpec(cloud, droplet);
    },
    edge: () => ({
      machines: droplets.all().map((droplet) => ({
        id: droplet.id,
        tags: droplet.tags,
        vpc: droplet.vpc_uuid,
        publicAddress: droplet.public_ipv4,
        privateAddress: droplet.private_ipv4,
        reservedAddress: reservedAddress(cloud, droplet),
      })),
      firewalls: firewalls.all(),
    }),
    about: (address) => {
      const droplet = droplets.find((one) => one.public_ipv4 === address || one.private_ipv4 === address);
      return droplet && dropletFacts(cloud, droplet);
    },
  };
}

/** The snapshot that an image is; null for a public image, which every machine's base root stands for. */
export function machineSnapshot(cloud: Cloud, image: number): string | null {
  return cloud.state.snapshots.get(String(image))?.id ?? null;
}

function machineSpec(cloud: Cloud, droplet: Droplet): MachineSpec {
  return {
    id: droplet.id,
    name: droplet.name,
    snapshot: machineSnapshot(cloud, droplet.image),
    publicAddress: droplet.public_ipv4,
    privateAddress: droplet.private_ipv4,
    privatePrefix: parseRange(cloud.state.vpcs.get(droplet.vpc_uuid)?.ip_range ?? "")?.prefix ?? 20,
    memoryMib: droplet.memory,
    vcpus: droplet.vcpus,
  };
}

function reservedAddress(cloud: Cloud, { id }: Droplet): string | null {
  return cloud.state.reservedIps.find((one) => one.droplet_id === id)?.ip ?? null;
}

function dropletFacts(cloud: Cloud, droplet: Droplet): DropletFacts {
  const { v4 } = dropletNetworks(cloud, droplet);
  const interfaceOf = (type: string, number: number): InterfaceFacts | undefined => {
    const network = v4.find((one) => one.type === type);
    const mac = hardwareAddress(droplet.id, number);
    return network && { ...network, address: network.ip_address, mac };
  };
  const privateInterface = interfaceOf("private", 2);
  if (!privateInterface) throw new Error(`droplet ${droplet.id} has no private network`);
  return {
    id: droplet.id,
    name: droplet.name,
    region: droplet.region,
    publicKeys: droplet.ssh_keys.flatMap((id) => cloud.state.sshKeys.get(id)?.public_key ?? []),
    tags: droplet.tags,
    userData: droplet.user_data === null ? null : cloud.sealer.open(droplet.user_data),
    publicInterface: interfaceOf("public", 1) ?? null,
    privateInterface,
    reservedAddress: reservedAddress(cloud, droplet),
  };
}
