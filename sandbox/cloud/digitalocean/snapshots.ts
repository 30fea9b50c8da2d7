import type { FastifyPluginAsync } from "fastify";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { orNotFound } from "../core/errors.ts";
import { paginate } from "../core/paging.ts";
import type { Snapshot } from "./records.ts";

/** A snapshot as the API shows it. */
export function snapshotView(snapshot: Snapshot) {
  const { distribution: _, ...view } = snapshot;
  return view;
}

/** The number of the next image that somebody makes. */
export function nextImage(cloud: Cloud): string {
  return String(cloud.store.nextNumber("images", 190_000_001));
}

/** Snapshots of droplets and of volumes. */
export const snapshots: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { snapshots } = cloud.state;
  type ById = { Params: { id: string } };

  app.get<{ Querystring: { resource_type?: string } }>("/snapshots", async (request) => {
    const { resource_type: type } = request.query;
    const matching = snapshots.filter((snapshot) => type === undefined || snapshot.resource_type === type);
    const page = paginate(matching, request, cloud.apiUrl);
    return { snapshots: page.items.map(snapshotView), links: page.links, meta: page.meta };
  });
  app.get<ById>("/snapshots/:id", async (request) => {
    return { snapshot: snapshotView(orNotFound(snapshots.get(request.params.id))) };
  });
  app.delete<ById>("/snapshots/:id", async (request, reply) => {
    const { id } = orNotFound(snapshots.get(request.params.id));
    snapshots.delete(id);
    cloud.machines?.forgetSnapshot(id);
    reply.code(204);
  });
};
