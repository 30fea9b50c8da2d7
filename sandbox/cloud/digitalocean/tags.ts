import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { orNotFound, unprocessable } from "../core/errors.ts";
import { paginate } from "../core/paging.ts";
import type { Collection } from "../core/store.ts";
import { parseBody } from "../core/validation.ts";
import { TagName } from "./droplet-request.ts";

const Create = z.strictObject({ name: TagName });
const Resources = z.strictObject({
  resources: z.array(
    z.strictObject({
      resource_id: z.string(),
      resource_type: z.enum(["droplet", "image", "volume", "volume_snapshot"]),
    }),
  ),
});

type Tagged = { tags: string[] };
type ResourceType = z.output<typeof Resources>["resources"][number]["resource_type"];

/** Makes the tags that do not exist yet: whatever names a tag also creates it. */
export function ensureTags(cloud: Cloud, names: string[]): void {
  for (const name of names) if (!cloud.state.tags.get(name)) cloud.state.tags.put({ name });
}

/** Refuses names of tags that do not exist, for the calls that do not make them. */
export function existingTags(cloud: Cloud, names: string[], field: string): void {
  const missing = names.find((name) => !cloud.state.tags.get(name));
  if (missing !== undefined) throw unprocessable(`${field}: tag ${missing} does not exist`);
}

/** Where the resources of a type are kept. */
function collectionOf(cloud: Cloud, type: ResourceType): Collection<Tagged> {
  const { droplets, volumes, snapshots } = cloud.state;
  const collections = { droplet: droplets, volume: volumes, image: snapshots, volume_snapshot: snapshots };
  return collections[type] as unknown as Collection<Tagged>;
}

function view(cloud: Cloud, name: string) {
  const { droplets, volumes, snapshots } = cloud.state;
  const has = (resource: Tagged) => resource.tags.includes(name);
  const counts = {
    droplets: { count: droplets.filter(has).length },
    images: { count: snapshots.filter((one) => one.resource_type === "droplet" && has(one)).length },
    volumes: { count: volumes.filter(has).length },
    volume_snapshots: { count: snapshots.filter((one) => one.resource_type === "volume" && has(one)).length },
    databases: { count: 0 },
  };
  const count = Object.values(counts).reduce((sum, one) => sum + one.count, 0);
  return { name, resources: { count, ...counts } };
}

/** Applies a change of tags to each of the resources, after all of them were found. */
function retag(cloud: Cloud, body: unknown, change: (tags: string[]) => string[]): void {
  const found = parseBody(Resources, body).resources.map(({ resource_id, resource_type }) => {
    const collection = collectionOf(cloud, resource_type);
    return { collection, resource: orNotFound(collection.get(resource_id)) };
  });
  for (const { collection, resource } of found) collection.put({ ...resource, tags: change(resource.tags) });
}

function forget(cloud: Cloud, name: string): void {
  const { tags, droplets, volumes, snapshots, firewalls } = cloud.state;
  for (const collection of [droplets, volumes, snapshots, firewalls] as unknown as Collection<Tagged>[]) {
    for (const resource of collection.filter((one) => one.tags.includes(name))) {
      collection.put({ ...resource, tags: resource.tags.filter((tag) => tag !== name) });
    }
  }
  tags.delete(name);
}

/** Tags, and what carries them. */
export const tags: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { tags } = cloud.state;
  type ByName = { Params: { name: string } };
  const find = (name: string) => orNotFound(tags.get(name)).name;

  app.get("/tags", async (request) => {
    const page = paginate(tags.all(), request, cloud.apiUrl);
    return { tags: page.items.map(({ name }) => view(cloud, name)), links: page.links, meta: page.meta };
  });
  app.post("/tags", async (request, reply) => {
    const { name } = parseBody(Create, request.body);
    ensureTags(cloud, [name]);
    reply.code(201);
    return { tag: view(cloud, name) };
  });
  app.get<ByName>("/tags/:name", async (request) => ({ tag: view(cloud, find(request.params.name)) }));
  app.delete<ByName>("/tags/:name", async (request, reply) => {
    forget(cloud, find(request.params.name));
    reply.code(204);
  });
  app.post<ByName>("/tags/:name/resources", async (request, reply) => {
    const name = find(request.params.name);
    retag(cloud, request.body, (existing) => [...new Set([...existing, name])]);
    reply.code(204);
  });
  app.delete<ByName>("/tags/:name/resources", async (request, reply) => {
    const name = find(request.params.name);
    retag(cloud, request.body, (existing) => existing.filter((tag) => tag !== name));
    reply.code(204);
  });
};
