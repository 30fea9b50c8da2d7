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
    /** Whether a fault closes the connection instead of answering what was done. */
    answerLost: boolean;
  }
}

/** The HTTP server with both vendors' APIs and the admin interface on it. */
export async function buildServer(cloud: Cloud): Promise<FastifyInstance> {
  const server = Fastify({ forceCloseConnections: true, routerOptions: { ignoreTrailingSlash: true } });
  server.decorateRequest("simulated", true);
  server.decorateRequest("answerLost", false);
  acceptEmptyBodies(server);

  server.addHook("onRequest", async (request, reply) => {
    settle(cloud);
    if (isAdmin(request)) return;
    const target = faultTarget(request);
    const delay = cloud.faults.take("delay", target);
    const isGone = delay !== undefined && !(await outlasts(request, delay.delayMs));
    // A request whose sender has ended meanwhile is not acted upon: it could come after what the sender did next.
    if (isGone || cloud.faults.take("reset", target)) {
      cloud.store.save();
      reply.hijack();
      closeUnanswered(cloud, request);
    }
  });
  // Saved before the answer leaves: what a client has been told survives a kill.
  server.addHook("onSend", async (request, _reply, payload) => {
    cloud.store.save();
    // A firewall that a client has been told of is in force.
    await cloud.machines?.enforce();
    if (isAdmin(request)) return payload;
    const target = faultTarget(request);
    const late = cloud.faults.take("answer-late", target);
    if (late) await outlasts(request, late.delayMs);
    request.answerLost = cloud.faults.take("answer-lost", target) !== undefined;
    cloud.store.save();
    if (request.answerLost) closeUnanswered(cloud, request);
    return payload;
  });
  server.addHook("onResponse", async (request, reply) => {
    if (isAdmin(request) || request.answerLost) return;
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
  cloud.machines?.notice();
  settleDeployments(cloud);
}

/** Waits; false when the client has closed the connection before the time was up. */
async function outlasts(request: FastifyRequest, milliseconds: number): Promise<boolean> {
  const { socket } = request.raw;
  const gone = new AbortController();
  const onClose = () => gone.abort();
  socket.once("close", onClose);
  try {
    await sleep(milliseconds, undefined, { signal: gone.signal });
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  } finally {
    socket.off("close", onClose);
  }
  return !gone.signal.aborted;
}

/** No answer leaves, so the hook on answers never sees it. */
function closeUnanswered(cloud: Cloud, request: FastifyRequest): void {
  const { method, url: path } = request;
  cloud.journal.record({ server: "api", method, path, status: 0 }, true);
  request.raw.socket.destroy();
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
