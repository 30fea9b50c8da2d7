import type { FastifyPluginAsync } from "fastify";
import type { CloudOptions } from "../core/cloud.ts";
import { orNotFound } from "../core/errors.ts";
import { paginate } from "../core/paging.ts";
import type { Snapshot } from "./records.ts";

/** A snapshot as the API shows it. */
export function snapshotView(snapshot: Snapshot) {
  const { distribution: _, ...view } = snapshot;
  return view;
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
    snapshots.delete(orNotFound(snapshots.get(request.params.id)).id);
    reply.code(204);
  });
};
