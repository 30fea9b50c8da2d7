import type { Cloud } from "../core/cloud.ts";
import { findSize } from "./catalogue.ts";
import { findImage } from "./images.ts";
import type { Action, Droplet, Effect, Volume } from "./records.ts";

/** Makes true what a completed action was for. What disappeared in the meantime is left alone. */
export function applyEffect(cloud: Cloud, action: Action): void {
  if (applyToVolume(cloud, action) || applyToReservedIp(cloud, action)) return;
  const droplet = action.droplet_id === null ? undefined : cloud.state.droplets.get(action.droplet_id);
  if (!droplet) return;
  const change = dropletChange(cloud, action, droplet);
  if (change) cloud.state.droplets.put({ ...droplet, ...change });
}

function dropletChange(
  cloud: Cloud,
  { effect, started_at }: Action,
  droplet: Droplet,
): Partial<Droplet> | undefined {
  switch (effect.kind) {
    case "droplet-active":
      return { status: "active" };
    case "droplet-off":
      return { status: "off" };
    case "droplet-rename":
      return { name: effect.name };
    case "droplet-resize":
      return resized(effect.size, effect.disk, droplet);
    case "droplet-rebuild":
      return { image: effect.image, status: "active" };
    case "droplet-ipv6":
      return { public_ipv6: ipv6For(droplet.id) };
    case "droplet-backups":
      return { backup_policy: effect.policy };
    case "droplet-snapshot":
      addDropletSnapshot(cloud, droplet, effect, started_at);
      return undefined;
    default:
      return undefined;
  }
}

/** The disk follows the size only when the client asked for it: that growth cannot be undone. */
function resized(slug: string, disk: boolean, droplet: Droplet): Partial<Droplet> {
  const size = findSize(slug);
  if (!size) return {};
  const { vcpus, memory } = size;
  return { size_slug: slug, vcpus, memory, disk: disk ? size.disk : droplet.disk };
}

/** An address of the documentation range, the droplet's number making it its own. */
export function ipv6For(dropletId: number): string {
  const hex = dropletId.toString(16).padStart(8, "0");
  return `2001:db8:0:1::${hex.slice(0, 4).replace(/^0+(?=.)/, "")}:${hex.slice(4).replace(/^0+(?=.)/, "")}`;
}

/** A snapshot bears the time at which its action began: clients find it by that. */
function addDropletSnapshot(
  cloud: Cloud,
  droplet: Droplet,
  { name, snapshot: id }: Extract<Effect, { kind: "droplet-snapshot" }>,
  created_at: string,
): void {
  cloud.state.snapshots.put({
    id,
    name,
    resource_id: String(droplet.id),
    resource_type: "droplet",
    regions: [droplet.region],
    min_disk_size: droplet.disk,
    size_gigabytes: 2,
    created_at,
    tags: [],
    distribution: findImage(cloud, droplet.image)?.distribution ?? "Unknown",
  });
}

function applyToVolume(cloud: Cloud, { effect, droplet_id }: Action): boolean {
  if (effect.kind !== "volume-attach" && effect.kind !== "volume-detach" && effect.kind !== "volume-resize")
    return false;
  const volume = cloud.state.volumes.get(effect.volume);
  if (!volume) return true;
  const change: Partial<Volume> =
    effect.kind === "volume-resize"
      ? { size_gigabytes: effect.size }
      : { droplet_ids: effect.kind === "volume-attach" && droplet_id !== null ? [droplet_id] : [] };
  cloud.state.volumes.put({ ...volume, ...change });
  return true;
}

function applyToReservedIp(cloud: Cloud, { effect, droplet_id }: Action): boolean {
  if (effect.kind !== "reserved-ip-assign" && effect.kind !== "reserved-ip-unassign") return false;
  const reserved = cloud.state.reservedIps.get(effect.ip);
  if (reserved) {
    cloud.state.reservedIps.put({
      ...reserved,
      droplet_id: effect.kind === "reserved-ip-assign" ? droplet_id : null,
    });
  }
  return true;
}
