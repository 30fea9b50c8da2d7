import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { type Cloud, type CloudOptions, faultTarget } from "../core/cloud.ts";
import { ApiError, notFound, unauthorized } from "../core/errors.ts";
import { uuid } from "../core/identifiers.ts";
import { RateLimit } from "../core/rate-limit.ts";
import { account } from "./account.ts";
import { actions } from "./actions.ts";
import { apps } from "./apps/apps.ts";
import { appCatalogue } from "./apps/catalogue-routes.ts";
import { deployments } from "./apps/deployment-routes.ts";
import { rollbacks } from "./apps/rollbacks.ts";
import { domainRecords } from "./domain-records.ts";
import { domains } from "./domains.ts";
import { dropletActions } from "./droplet-actions.ts";
import { droplets } from "./droplets.ts";
import { firewalls } from "./firewalls.ts";
import { images } from "./images.ts";
import { monitorAlerts } from "./monitor-alerts.ts";
import { projects } from "./projects.ts";
import { regions } from "./regions.ts";
import { registry } from "./registry.ts";
import { reservedIps } from "./reserved-ips.ts";
import { sizes } from "./sizes.ts";
import { snapshots } from "./snapshots.ts";
import { spacesKeys } from "./spaces-keys.ts";
import { sshKeys } from "./ssh-keys.ts";
import { tags } from "./tags.ts";
import { uptime } from "./uptime.ts";
import { volumes } from "./volumes.ts";
import { vpcs } from "./vpcs.ts";

const NOUNS = [
  ...[
    account,
    sshKeys,
    regions,
    sizes,
    images,
    vpcs,
    droplets,
    dropletActions,
    actions,
    reservedIps,
    firewalls,
  ],
  ...[
    domains,
    domainRecords,
    volumes,
    snapshots,
    tags,
    projects,
    registry,
    uptime,
    monitorAlerts,
    spacesKeys,
  ],
  ...[appCatalogue, apps, deployments, rollbacks],
];

/** The DigitalOcean v2 API. */
export const digitalocean: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const rateLimit = new RateLimit();

  app.addHook("onRequest", async (request, reply) => {
    reply.headers(rateLimit.headers());
    if (request.headers.authorization !== `Bearer ${cloud.credentials.token}`) throw unauthorized();
    misbehave(cloud, request, reply);
  });
  app.setErrorHandler((error: FastifyError | ApiError, request, reply) => {
    reply.code(statusOf(error)).send({ ...bodyOf(error), request_id: request.id });
  });
  app.setNotFoundHandler((request) => {
    request.simulated = false;
    throw notFound();
  });

  for (const noun of NOUNS) await app.register(noun, { cloud });
};

/** Answers with the error that a test ordered, if any. */
function misbehave(cloud: Cloud, request: FastifyRequest, reply: FastifyReply): void {
  const fault = cloud.faults.take("status", faultTarget(request));
  if (!fault) return;
  if (fault.status === 429) reply.header("retry-after", String(fault.retryAfterSeconds ?? 1));
  throw new ApiError(
    fault.status,
    FAULT_IDS[fault.status] ?? "server_error",
    FAULT_WORDS[fault.status] ?? FALLBACK,
  );
}

const FALLBACK = "Unexpected server-side error";
const FAULT_IDS: Record<number, string> = {
  429: "too_many_requests",
  403: "forbidden",
  422: "unprocessable_entity",
};
const FAULT_WORDS: Record<number, string> = {
  429: "API Rate limit exceeded.",
  // What a token without the scope is told: https://github.com/digitalocean/doctl/issues/1635
  403: "You are not authorized to perform this operation",
};

function statusOf(error: FastifyError | ApiError): number {
  return error instanceof ApiError ? error.status : (error.statusCode ?? 500);
}

function bodyOf(error: FastifyError | ApiError): { id: string; message: string } {
  if (error instanceof ApiError) return { id: error.id, message: error.message };
  if ((error.statusCode ?? 500) < 500) return { id: "bad_request", message: error.message };
  // A bug of this cloud, not an answer of the vendor: say what happened where whoever runs it will look.
  process.stderr.write(`${uuid()} ${error.stack ?? error.message}\n`);
  return { id: "server_error", message: FALLBACK };
}
