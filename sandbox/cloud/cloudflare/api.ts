import type { FastifyError, FastifyPluginAsync } from "fastify";
import { type CloudOptions, faultTarget } from "../core/cloud.ts";
import { dnsRecords } from "./dns-records.ts";
import { CloudflareError, failure, success } from "./envelope.ts";
import { zones } from "./zones.ts";

/** The Cloudflare v4 API, as far as DNS needs it. */
export const cloudflare: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  app.addHook("onRequest", async (request, reply) => {
    if (request.headers.authorization !== `Bearer ${cloud.credentials.cloudflareToken}`) {
      throw request.url.includes("/user/tokens/verify")
        ? new CloudflareError(401, 1000, "Invalid API Token")
        : new CloudflareError(403, 10_000, "Authentication error");
    }
    const fault = cloud.faults.take("status", faultTarget(request));
    if (!fault) return;
    if (fault.status === 429) reply.header("retry-after", String(fault.retryAfterSeconds ?? 1));
    throw fault.status === 429
      ? new CloudflareError(
          429,
          10_429,
          "Rate limited. Please wait and consider throttling your request speed",
        )
      : new CloudflareError(fault.status, 10_013, "Internal error");
  });
  app.setErrorHandler((error: FastifyError | CloudflareError, _request, reply) => {
    if (error instanceof CloudflareError)
      return reply.code(error.status).send(failure(error.code, error.message));
    const status = error.statusCode ?? 500;
    // A bug of this cloud, not an answer of the vendor: say what happened where whoever runs it will look.
    if (status >= 500) process.stderr.write(`${error.stack ?? error.message}\n`);
    return reply.code(status).send(failure(status < 500 ? 6003 : 10_013, error.message));
  });
  app.setNotFoundHandler((request) => {
    request.simulated = false;
    throw new CloudflareError(404, 7000, "No route for that URI");
  });

  app.get("/user/tokens/verify", async () => ({
    ...success({ id: "5a4d3c2b1a0f4e5d8c7b6a5948372615", status: "active" }),
    messages: [{ code: 10_000, message: "This API Token is valid and active", type: null }],
  }));
  await app.register(zones, { cloud });
  await app.register(dnsRecords, { cloud });
};
