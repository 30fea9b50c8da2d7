import { netmask, parseRange, toAddress } from "../core/addresses.ts";
import type { Cloud } from "../core/cloud.ts";
import { findSize } from "./catalogue.ts";
import { findImage } from "./images.ts";
import type { Droplet } from "./records.ts";
import { regionView } from "./regions.ts";
import { sizeView } from "./sizes.ts";

/** A droplet as the API shows it. */
export function dropletView(cloud: Cloud, droplet: Droplet) {
  const volumes = cloud.state.volumes.filter((volume) => volume.droplet_ids.includes(droplet.id));
  const snapshots = cloud.state.snapshots.filter((one) => one.resource_id === String(droplet.id));
  const size = findSize(droplet.size_slug);
  return {
    id: droplet.id,
    name: droplet.name,
    memory: droplet.memory,
    vcpus: droplet.vcpus,
    disk: droplet.disk,
    locked: isLocked(cloud, droplet),
    status: droplet.status,
    kernel: null,
    created_at: droplet.created_at,
    features: features(droplet),
    backup_ids: [],
    next_backup_window: null,
    snapshot_ids: snapshots.map((snapshot) => Number(snapshot.id)),
    image: findImage(cloud, droplet.image) ?? { id: droplet.image, slug: null },
    volume_ids: volumes.map((volume) => volume.id),
    size: size ? sizeView(size) : { slug: droplet.size_slug },
    size_slug: droplet.size_slug,
    networks: droplet.status === "new" ? { v4: [], v6: [] } : dropletNetworks(cloud, droplet),
    region: regionView(droplet.region),
    tags: droplet.tags,
    vpc_uuid: droplet.vpc_uuid,
  };
}

/** While the machine is moved or rewritten nothing else can be done to it. */
function isLocked(cloud: Cloud, droplet: Droplet): boolean {
  const locking = ["resize", "rebuild", "restore"];
  return cloud.state.actions
    .filter((action) => action.droplet_id === droplet.id && action.status === "in-progress")
    .some((action) => locking.includes(action.type));
}

function features(droplet: Droplet): string[] {
  return [
    ...(droplet.backup_policy ? ["backups"] : []),
    ...(droplet.public_ipv6 ? ["ipv6"] : []),
    ...(droplet.monitoring ? ["monitoring"] : []),
    ...(droplet.droplet_agent ? ["droplet_agent"] : []),
    "private_networking",
  ];
}

/** The networks of a droplet, as the API shows them. */
export function dropletNetworks(cloud: Cloud, droplet: Droplet) {
  const range = parseRange(cloud.state.vpcs.get(droplet.vpc_uuid)?.ip_range ?? "");
  const v4 = [
    {
      ip_address: droplet.private_ipv4,
      netmask: netmask(range?.prefix ?? 20),
      gateway: range ? toAddress(range.first + 1) : "",
      type: "private",
    },
  ];
  if (droplet.public_ipv4) {
    const gateway = droplet.public_ipv4.replace(/\d+$/, "1");
    v4.unshift({ ip_address: droplet.public_ipv4, netmask: "255.255.255.0", gateway, type: "public" });
  }
  const v6 = droplet.public_ipv6
    ? [{ ip_address: droplet.public_ipv6, netmask: 64, gateway: "2001:db8:0:1::1", type: "public" }]
    : [];
  return { v4, v6 };
}
