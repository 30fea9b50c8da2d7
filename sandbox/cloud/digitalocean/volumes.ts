import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { conflict, orNotFound, unprocessable } from "../core/errors.ts";
import { uuid } from "../core/identifiers.ts";
import { paginate } from "../core/paging.ts";
import { timestamp } from "../core/time.ts";
import { list, parseBody, text } from "../core/validation.ts";
import { accountOf } from "./account.ts";
import { actionView, startAction } from "./actions.ts";
import { TagName } from "./droplet-request.ts";
import { forgetInProjects, putInProject } from "./project-assignments.ts";
import type { Action, Effect, Volume } from "./records.ts";
import { openRegion, regionView } from "./regions.ts";
import { snapshotView } from "./snapshots.ts";
import { ensureTags } from "./tags.ts";

const LARGEST_GIB = 16_384;
const VOLUMES_PER_DROPLET = 7;

const Create = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, "must be lower-case letters, digits and dashes, 64 at most"),
  region: text(),
  size_gigabytes: z.int().min(1).max(LARGEST_GIB),
  description: text(),
  snapshot_id: text(),
  filesystem_type: text().pipe(z.enum(["", "ext4", "xfs"])),
  filesystem_label: text().pipe(z.string().max(16)),
  tags: list(TagName),
});
const ActionRequest = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("attach"), droplet_id: z.int(), region: z.string().optional() }),
  z.strictObject({ type: z.literal("detach"), droplet_id: z.int(), region: z.string().optional() }),
  z.strictObject({
    type: z.literal("resize"),
    size_gigabytes: z.int().min(1).max(LARGEST_GIB),
    region: z.string().optional(),
  }),
]);
// The vendor's Go client says in the body, too, which volume it means.
const SnapshotRequest = z.strictObject({
  volume_id: z.string().optional(),
  name: z.string().min(1),
  description: text(),
  tags: list(TagName),
});

const view = (volume: Volume) => ({ ...volume, region: regionView(volume.region) });

function addVolume(cloud: Cloud, body: z.output<typeof Create>): Volume {
  const { snapshot_id, ...settings } = body;
  const snapshot = snapshot_id === "" ? undefined : cloud.state.snapshots.get(snapshot_id);
  if (snapshot_id !== "" && !snapshot) throw unprocessable("snapshot_id: snapshot not found");
  const region = settings.region === "" ? (snapshot?.regions[0] ?? "") : settings.region;
  openRegion(cloud, region);
  if (snapshot && settings.size_gigabytes < snapshot.min_disk_size) {
    throw unprocessable("size_gigabytes: must be at least the size of the snapshot");
  }
  if (cloud.state.volumes.find((one) => one.name === settings.name && one.region === region)) {
    throw conflict("a volume with this name already exists in this region");
  }
  if (cloud.state.volumes.all().length >= accountOf(cloud).volume_limit) {
    throw unprocessable("failed to create volume: volume limit exceeded");
  }
  ensureTags(cloud, settings.tags);
  const volume = { ...settings, id: uuid(), region, created_at: timestamp(), droplet_ids: [] };
  putInProject(cloud, `do:volume:${volume.id}`);
  return cloud.state.volumes.put(volume);
}

type Wanted = z.output<typeof ActionRequest>;

/** What the action will do to the volume, or the vendor's refusal. */
function effectOf(cloud: Cloud, volume: Volume, wanted: Wanted): Effect {
  if (wanted.region !== undefined && wanted.region !== volume.region) {
    throw unprocessable("region: the volume is not in this region");
  }
  if (wanted.type === "resize") {
    if (wanted.size_gigabytes <= volume.size_gigabytes) {
      throw unprocessable("size_gigabytes: a volume can only be made larger");
    }
    return { kind: "volume-resize", volume: volume.id, size: wanted.size_gigabytes };
  }
  if (wanted.type === "detach") {
    if (!volume.droplet_ids.includes(wanted.droplet_id))
      throw unprocessable("volume is not attached to this Droplet");
    return { kind: "volume-detach", volume: volume.id };
  }
  const droplet = cloud.state.droplets.get(wanted.droplet_id);
  if (!droplet) throw unprocessable("droplet_id: Droplet not found");
  if (droplet.region !== volume.region) throw unprocessable("volume and Droplet are not in the same region");
  if (volume.droplet_ids.length > 0) throw unprocessable("volume is already attached to a Droplet");
  const attached = cloud.state.volumes.filter((one) => one.droplet_ids.includes(droplet.id));
  if (attached.length >= VOLUMES_PER_DROPLET) throw unprocessable("Droplet has the most volumes it can have");
  return { kind: "volume-attach", volume: volume.id };
}

function start(cloud: Cloud, request: FastifyRequest, volume: Volume, wanted: Wanted): Action {
  return startAction(cloud, request, {
    type: wanted.type,
    resource_type: "volume",
    resource_id: null,
    subject: volume.id,
    // A resize is the storage's own business: no droplet has to be free for it.
    droplet_id: wanted.type === "resize" ? null : wanted.droplet_id,
    region: volume.region,
    effect: effectOf(cloud, volume, wanted),
    delayMs: cloud.delays.actionMs,
  });
}

function addSnapshot(cloud: Cloud, volume: Volume, body: z.output<typeof SnapshotRequest>) {
  ensureTags(cloud, body.tags);
  return cloud.state.snapshots.put({
    id: uuid(),
    name: body.name,
    resource_id: volume.id,
    resource_type: "volume",
    regions: [volume.region],
    min_disk_size: volume.size_gigabytes,
    size_gigabytes: 0,
    created_at: timestamp(),
    tags: body.tags,
    distribution: "",
  });
}

/** Block storage. */
export const volumes: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { volumes, actions, snapshots } = cloud.state;
  type ById = { Params: { id: string } };
  type ByAction = { Params: { id: string; action: string } };
  const find = (id: string) => orNotFound(volumes.get(id));

  app.get<{ Querystring: { name?: string; region?: string } }>("/volumes", async (request) => {
    const { name, region } = request.query;
    const matching = volumes.filter(
      (volume) =>
        (name === undefined || volume.name === name) && (region === undefined || volume.region === region),
    );
    const page = paginate(matching, request, cloud.apiUrl);
    return { volumes: page.items.map(view), links: page.links, meta: page.meta };
  });
  app.post("/volumes", async (request, reply) => {
    reply.code(201);
    return { volume: view(addVolume(cloud, parseBody(Create, request.body))) };
  });
  app.get<ById>("/volumes/:id", async (request) => ({ volume: view(find(request.params.id)) }));
  app.delete<ById>("/volumes/:id", async (request, reply) => {
    const volume = find(request.params.id);
    if (volume.droplet_ids.length > 0) throw conflict("volume is attached to a Droplet; detach it first");
    forgetInProjects(cloud, `do:volume:${volume.id}`);
    volumes.delete(volume.id);
    reply.code(204);
  });
  app.post<ById>("/volumes/:id/actions", async (request, reply) => {
    const volume = find(request.params.id);
    reply.code(202);
    return { action: actionView(start(cloud, request, volume, parseBody(ActionRequest, request.body))) };
  });
  app.get<ByAction>("/volumes/:id/actions/:action", async (request) => {
    const action = orNotFound(actions.get(request.params.action));
    return { action: actionView(orNotFound(action.subject === request.params.id ? action : undefined)) };
  });
  app.post<ById>("/volumes/:id/snapshots", async (request, reply) => {
    const volume = find(request.params.id);
    reply.code(201);
    return { snapshot: snapshotView(addSnapshot(cloud, volume, parseBody(SnapshotRequest, request.body))) };
  });
  app.get<ById>("/volumes/:id/snapshots", async (request) => {
    const own = snapshots.filter((one) => one.resource_id === find(request.params.id).id);
    const page = paginate(own, request, cloud.apiUrl);
    return { snapshots: page.items.map(snapshotView), links: page.links, meta: page.meta };
  });
};
