import { setTimeout as sleep } from "node:timers/promises";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { admin } from "../admin/routes.ts";
import { cloudflare } from "../cloudflare/api.ts";
import { settleActions } from "../digitalocean/actions.ts";
import { digitalocean } from "../digitalocean/api.ts";
import { settleDeployments } from "../digitalocean/apps/deployments.ts";
import { type Cloud, faultTarget } from "./cloud.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Whether a route of this cloud answers the call. */
    simulated: boolean;
  }
}

/** The HTTP server with both vendors' APIs and the admin interface on it. */
export async function buildServer(cloud: Cloud): Promise<FastifyInstance> {
  const server = Fastify({ forceCloseConnections: true, routerOptions: { ignoreTrailingSlash: true } });
  server.decorateRequest("simulated", true);
  acceptEmptyBodies(server);

  server.addHook("onRequest", async (request, reply) => {
    settle(cloud);
    if (isAdmin(request)) return;
    const target = faultTarget(request);
    const delay = cloud.faults.take("delay", target);
    if (delay) await sleep(delay.delayMs);
    if (cloud.faults.take("reset", target)) {
      cloud.store.save();
      // No answer, so the hook on answers never sees it.
      cloud.journal.record({ ...target, path: request.url, status: 0 }, true);
      reply.hijack();
      request.raw.socket.destroy();
    }
  });
  // Saved before the answer leaves: what a client has been told survives a kill.
  server.addHook("onSend", async (_request, _reply, payload) => {
    cloud.store.save();
    return payload;
  });
  server.addHook("onResponse", async (request, reply) => {
    if (isAdmin(request)) return;
    const { method, url: path, body } = request;
    cloud.journal.record({ server: "api", method, path, status: reply.statusCode, body }, request.simulated);
  });

  await server.register(digitalocean, { cloud, prefix: "/v2" });
  await server.register(cloudflare, { cloud, prefix: "/client/v4" });
  await server.register(admin, { cloud, prefix: "/_sandbox" });
  return server;
}

/** Lets everything happen whose time has come. There are no timers: a restart changes nothing. */
function settle(cloud: Cloud): void {
  settleActions(cloud);
  settleDeployments(cloud);
}

const isAdmin = (request: FastifyRequest) => request.url.startsWith("/_sandbox");

/** Some clients send a JSON content type with no body at all. */
function acceptEmptyBodies(server: FastifyInstance): void {
  server.addContentTypeParser("application/json", { parseAs: "string" }, (_request, body, done) => {
    if (body === "") return done(null, undefined);
    try {
      done(null, JSON.parse(String(body)));
    } catch {
      done(Object.assign(new Error("The request body is not valid JSON."), { statusCode: 400 }), undefined);
    }
  });
}
