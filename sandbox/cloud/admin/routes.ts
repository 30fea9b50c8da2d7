import type { FastifyError, FastifyPluginAsync } from "fastify";
import type { CloudOptions } from "../core/cloud.ts";
import { ApiError, notFound, orNotFound } from "../core/errors.ts";
import { FaultRequest } from "../core/faults.ts";
import { parseBody } from "../core/validation.ts";
import { takeOutcome } from "../digitalocean/apps/outcome.ts";
import { inventory } from "./inventory.ts";

/** What tests and people may ask of the sandbox itself. No vendor has these calls. */
export const admin: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { faults } = cloud.state;

  app.addHook("onRequest", async (request) => {
    if (request.headers["x-sandbox-token"] === cloud.credentials.token) return;
    throw new ApiError(401, "unauthorized", "Send the token of cloud.json in the header x-sandbox-token.");
  });
  app.setErrorHandler((error: Partial<ApiError> & FastifyError, _request, reply) => {
    const status = error.status ?? error.statusCode ?? 500;
    reply.code(status).send({ id: error.id ?? "server_error", message: error.message });
  });
  app.setNotFoundHandler(() => {
    throw notFound("The sandbox has no such call.");
  });

  app.get("/health", async () => ({ status: "ok", pid: process.pid, spaces: cloud.spaces !== null }));
  app.get("/inventory", async () => inventory(cloud));
  app.get<{ Querystring: { since?: string; bodies?: string } }>("/requests", async (request) => {
    const { since, bodies = "redacted" } = request.query;
    if (bodies === "redacted" || bodies === "whole") return { requests: cloud.journal.since(since, bodies) };
    throw new ApiError(422, "unprocessable_entity", `bodies is "redacted" or "whole", not "${bodies}".`);
  });
  app.get("/unsimulated", async () => ({ requests: cloud.journal.unsimulated() }));

  app.get("/machines", async () => ({ machines: cloud.machines?.status() ?? null }));

  app.put<{ Params: { id: string } }>("/deployments/:id/outcome", async (request, reply) => {
    takeOutcome(cloud, request.params.id, request.body);
    reply.code(204);
  });

  app.post("/reset", async (_request, reply) => {
    await cloud.reset();
    reply.code(204);
  });

  app.get("/faults", async () => ({ faults: faults.all() }));
  app.post("/faults", async (request, reply) => {
    const id = cloud.store.nextNumber("faults", 1);
    const fault = faults.put({ id, met: 0, ...parseBody(FaultRequest, request.body) });
    reply.code(201);
    return { fault };
  });
  app.delete("/faults", async (_request, reply) => {
    faults.clear();
    // What a fault has stopped goes on.
    const { actions } = cloud.state;
    for (const action of actions.filter(({ status, due_at }) => status === "in-progress" && due_at === null))
      actions.put({ ...action, due_at: Date.now() });
    reply.code(204);
  });
  app.delete<{ Params: { id: string } }>("/faults/:id", async (request, reply) => {
    faults.delete(orNotFound(faults.get(request.params.id)).id);
    reply.code(204);
  });
};
