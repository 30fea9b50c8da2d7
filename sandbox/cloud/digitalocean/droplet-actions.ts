import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { orNotFound, unprocessable } from "../core/errors.ts";
import { paginate } from "../core/paging.ts";
import { parseBody } from "../core/validation.ts";
import { actionView, startAction } from "./actions.ts";
import { BackupPolicyRequest, DropletName } from "./droplet-request.ts";
import { imageFor } from "./images.ts";
import type { Droplet, Effect } from "./records.ts";
import { sizeSoldIn } from "./sizes.ts";
import { nextImage, snapshotView } from "./snapshots.ts";

const PLAIN = [
  ...(["power_on", "power_off", "shutdown", "reboot", "power_cycle", "password_reset"] as const),
  ...(["enable_ipv6", "enable_private_networking", "disable_backups"] as const),
] as const;

const ActionRequest = z.discriminatedUnion("type", [
  z.strictObject({ type: z.enum(PLAIN) }),
  z.strictObject({ type: z.literal("enable_backups"), backup_policy: BackupPolicyRequest.optional() }),
  z.strictObject({ type: z.literal("change_backup_policy"), backup_policy: BackupPolicyRequest }),
  z.strictObject({ type: z.literal("resize"), size: z.string(), disk: z.boolean().default(false) }),
  z.strictObject({ type: z.literal("rename"), name: DropletName }),
  z.strictObject({ type: z.literal("snapshot"), name: z.string().min(1) }),
  z.strictObject({ type: z.literal("rebuild"), image: z.union([z.string(), z.int()]) }),
]);

/** What the action will do to the droplet, or the vendor's refusal. */
function effectOf(cloud: Cloud, droplet: Droplet, wanted: z.output<typeof ActionRequest>): Effect {
  switch (wanted.type) {
    case "power_on":
      if (droplet.status === "active") throw unprocessable("Droplet is already powered on.");
      return { kind: "droplet-active" };
    case "power_off":
    case "shutdown":
      if (droplet.status === "off") throw unprocessable("Droplet is already powered off.");
      return { kind: "droplet-off" };
    case "enable_ipv6":
      if (!droplet.public_ipv4) throw unprocessable("IPv6 needs public networking.");
      return { kind: "droplet-ipv6" };
    case "enable_backups":
      return { kind: "droplet-backups", policy: wanted.backup_policy ?? { plan: "daily", hour: 0 } };
    case "change_backup_policy":
      if (!droplet.backup_policy) throw unprocessable("Backups are not enabled for this Droplet.");
      return { kind: "droplet-backups", policy: wanted.backup_policy };
    case "disable_backups":
      return { kind: "droplet-backups", policy: null };
    case "resize":
      checkResize(droplet, wanted.size);
      return { kind: "droplet-resize", size: wanted.size, disk: wanted.disk };
    case "rename":
      return { kind: "droplet-rename", name: wanted.name };
    case "snapshot":
      return { kind: "droplet-snapshot", name: wanted.name, snapshot: nextImage(cloud) };
    case "rebuild":
      return { kind: "droplet-rebuild", image: imageFor(cloud, wanted.image, droplet.region).id };
    default:
      return { kind: "none" };
  }
}

function checkResize(droplet: Droplet, slug: string): void {
  const size = sizeSoldIn(slug, droplet.region);
  if (droplet.status !== "off") throw unprocessable("Droplet must be powered off before it can be resized.");
  if (slug === droplet.size_slug) throw unprocessable("Droplet is already of this size.");
  if (size.disk < droplet.disk) {
    throw unprocessable(
      `This size is not available because it has a smaller disk (${size.disk} GB) than the Droplet (${droplet.disk} GB).`,
    );
  }
}

/** What can be done to a droplet, and what has been. */
export const dropletActions: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { droplets, actions, snapshots } = cloud.state;
  type ById = { Params: { id: string } };
  type ByAction = { Params: { id: string; action: string } };
  const find = (id: string) => orNotFound(droplets.get(id));

  app.post<ById>("/droplets/:id/actions", async (request, reply) => {
    const droplet = find(request.params.id);
    const wanted = parseBody(ActionRequest, request.body);
    const action = startAction(cloud, request, {
      type: wanted.type,
      resource_type: "droplet",
      resource_id: droplet.id,
      subject: droplet.name,
      droplet_id: droplet.id,
      region: droplet.region,
      effect: effectOf(cloud, droplet, wanted),
      delayMs: cloud.delays.actionMs,
    });
    reply.code(201);
    return { action: actionView(action) };
  });
  app.get<ById>("/droplets/:id/actions", async (request) => {
    const { id } = find(request.params.id);
    const own = actions.filter((action) => action.resource_id === id).reverse();
    const page = paginate(own, request, cloud.apiUrl);
    return { actions: page.items.map(actionView), links: page.links, meta: page.meta };
  });
  app.get<ByAction>("/droplets/:id/actions/:action", async (request) => {
    const { id } = find(request.params.id);
    const action = orNotFound(actions.get(request.params.action));
    return { action: actionView(orNotFound(action.resource_id === id ? action : undefined)) };
  });
  app.get<ById>("/droplets/:id/snapshots", async (request) => {
    const { id } = find(request.params.id);
    const own = snapshots.filter((one) => one.resource_type === "droplet" && one.resource_id === String(id));
    const page = paginate(own, request, cloud.apiUrl);
    const views = page.items.map((one) => ({ ...snapshotView(one), id: Number(one.id), type: "snapshot" }));
    return { snapshots: views, links: page.links, meta: page.meta };
  });
};
