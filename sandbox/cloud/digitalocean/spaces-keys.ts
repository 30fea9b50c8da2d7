import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import type { CloudOptions } from "../core/cloud.ts";
import { badRequest, orNotFound } from "../core/errors.ts";
import { accessKeyId, randomSecret } from "../core/identifiers.ts";
import { paginate } from "../core/paging.ts";
import { timestamp } from "../core/time.ts";
import { list, parseBody } from "../core/validation.ts";
import type { SpacesKey } from "./records.ts";

const Grant = z.strictObject({ bucket: z.string(), permission: z.enum(["read", "readwrite", "fullaccess"]) });
const Request = z.strictObject({ name: z.string().min(1), grants: list(Grant) });
const Change = z.strictObject({ name: z.string().min(1).optional(), grants: z.array(Grant).nullish() });
type Grants = SpacesKey["grants"];

const isFull = (grants: Grants) => grants.some((grant) => grant.permission === "fullaccess");

/** Full access is for the account and stands alone; everything else is for a bucket. */
function check(grants: Grants): Grants {
  if (isFull(grants)) {
    if (grants.length > 1) throw badRequest("fullaccess cannot be combined with other grants");
    if (grants[0]?.bucket !== "") throw badRequest("bucket must be empty for fullaccess");
  } else if (grants.some((grant) => grant.bucket === "")) {
    throw badRequest("bucket is required for read and readwrite grants");
  }
  return grants;
}

/** The secret is only shown once, in the answer to the creation. */
const view = ({ secret_key: _, ...key }: SpacesKey) => key;

/** Access keys of Spaces. */
export const spacesKeys: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { spacesKeys } = cloud.state;
  type ById = { Params: { id: string } };
  type Filter = { Querystring: { name?: string; bucket?: string; permission?: string } };
  const find = (id: string) => orNotFound(spacesKeys.get(id), "key not found");

  app.get<Filter>("/spaces/keys", async (request) => {
    const { name, bucket, permission } = request.query;
    const matching = spacesKeys.filter(
      (key) =>
        (name === undefined || key.name === name) &&
        (bucket === undefined || key.grants.some((grant) => grant.bucket === bucket)) &&
        (permission === undefined || key.grants.some((grant) => grant.permission === permission)),
    );
    const page = paginate(matching, request, cloud.apiUrl);
    return { keys: page.items.map(view), links: page.links, meta: page.meta };
  });
  app.post("/spaces/keys", async (request, reply) => {
    const { name, grants } = parseBody(Request, request.body);
    check(grants);
    const secret_key = randomSecret();
    const key = { access_key: accessKeyId(), name, grants, created_at: timestamp() };
    spacesKeys.put({ ...key, secret_key: cloud.sealer.seal(secret_key) });
    reply.code(201);
    return { key: { ...key, secret_key } };
  });
  app.get<ById>("/spaces/keys/:id", async (request) => ({ key: view(find(request.params.id)) }));
  app.route<ById>({
    method: ["PUT", "PATCH"],
    url: "/spaces/keys/:id",
    handler: async (request) => {
      const key = find(request.params.id);
      const { name = key.name, grants: wanted } = parseBody(Change, request.body);
      const grants = check(wanted ?? key.grants);
      if (isFull(grants) !== isFull(key.grants)) {
        throw badRequest("a fullaccess key cannot become a scoped one, nor the other way round");
      }
      return { key: view(spacesKeys.put({ ...key, name, grants })) };
    },
  });
  app.delete<ById>("/spaces/keys/:id", async (request, reply) => {
    spacesKeys.delete(find(request.params.id).access_key);
    reply.code(204);
  });
};
