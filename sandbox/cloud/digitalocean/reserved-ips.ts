import type { FastifyPluginAsync, FastifyRequest } from "fastify";
import { z } from "zod";
import { freeAddress, parseRange } from "../core/addresses.ts";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { orNotFound, unprocessable } from "../core/errors.ts";
import { paginate } from "../core/paging.ts";
import { parseBody } from "../core/validation.ts";
import { accountOf } from "./account.ts";
import { actionView, startAction } from "./actions.ts";
import { dropletView } from "./droplet-view.ts";
import { defaultProject, forgetInProjects, putInProject } from "./project-assignments.ts";
import type { Droplet, ReservedIp } from "./records.ts";
import { openRegion, regionView } from "./regions.ts";

const Create = z
  .strictObject({
    region: z.string().optional(),
    droplet_id: z.int().optional(),
    project_id: z.string().optional(),
  })
  .refine((body) => body.region !== undefined || body.droplet_id !== undefined, {
    message: "region or droplet_id is required",
  });
const ActionRequest = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("assign"), droplet_id: z.int() }),
  z.strictObject({ type: z.literal("unassign") }),
]);

/** Documentation addresses, apart from those of droplets. */
const POOL = "192.0.2.0/24";

function view(cloud: Cloud, reserved: ReservedIp) {
  const droplet = reserved.droplet_id === null ? undefined : cloud.state.droplets.get(reserved.droplet_id);
  return {
    ip: reserved.ip,
    region: regionView(reserved.region),
    droplet: droplet ? dropletView(cloud, droplet) : null,
    project_id: cloud.state.projectAssignments.get(`do:reservedip:${reserved.ip}`)?.project_id ?? "",
    locked: false,
  };
}

function add(cloud: Cloud, region: string, project: string | undefined): ReservedIp {
  openRegion(cloud, region);
  const { reservedIps, projects } = cloud.state;
  if (reservedIps.all().length >= accountOf(cloud).reserved_ip_limit) {
    throw unprocessable("reserved IP limit exceeded for this account");
  }
  const project_id = project ?? defaultProject(cloud).id;
  if (!projects.get(project_id)) throw unprocessable("project_id: project not found");
  const range = parseRange(POOL);
  const ip = range && freeAddress(range, new Set(reservedIps.all().map((one) => one.ip)));
  if (!ip) throw unprocessable("No reserved IP is left.");
  putInProject(cloud, `do:reservedip:${ip}`, project_id);
  return reservedIps.put({ ip, region, droplet_id: null, project_id });
}

function dropletFor(cloud: Cloud, id: number, reserved: Pick<ReservedIp, "region">): Droplet {
  const droplet = cloud.state.droplets.get(id);
  if (!droplet) throw unprocessable("droplet_id: Droplet not found");
  if (droplet.region !== reserved.region)
    throw unprocessable("The reserved IP and the Droplet must be in the same region.");
  if (!droplet.public_ipv4) throw unprocessable("The Droplet has no public networking.");
  if (cloud.state.reservedIps.find((one) => one.droplet_id === id)) {
    throw unprocessable("The Droplet already has a reserved IP.");
  }
  return droplet;
}

function start(cloud: Cloud, request: FastifyRequest, reserved: ReservedIp, droplet: Droplet | undefined) {
  return startAction(cloud, request, {
    type: droplet ? "assign_ip" : "unassign_ip",
    resource_type: "reserved_ip",
    resource_id: null,
    subject: reserved.ip,
    // Only an assignment needs the droplet to be free.
    droplet_id: droplet?.id ?? null,
    region: reserved.region,
    effect: { kind: droplet ? "reserved-ip-assign" : "reserved-ip-unassign", ip: reserved.ip },
    delayMs: cloud.delays.actionMs,
  });
}

/** Reserved IPv4 addresses. */
export const reservedIps: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { reservedIps, actions } = cloud.state;
  type ByIp = { Params: { ip: string } };
  type ByAction = { Params: { ip: string; action: string } };
  const find = (ip: string) => orNotFound(reservedIps.get(ip));

  app.get("/reserved_ips", async (request) => {
    const page = paginate(reservedIps.all(), request, cloud.apiUrl);
    return { reserved_ips: page.items.map((one) => view(cloud, one)), links: page.links, meta: page.meta };
  });
  app.post("/reserved_ips", async (request, reply) => {
    const body = parseBody(Create, request.body);
    const target = body.droplet_id === undefined ? undefined : cloud.state.droplets.get(body.droplet_id);
    if (body.droplet_id !== undefined) dropletFor(cloud, body.droplet_id, { region: target?.region ?? "" });
    const reserved = add(cloud, target?.region ?? body.region ?? "", body.project_id);
    const action = target ? start(cloud, request, reserved, target) : undefined;
    reply.code(202);
    const href = `${cloud.apiUrl}/v2/actions/${action?.id}`;
    const links = action ? { actions: [{ id: action.id, rel: "assign_ip", href }] } : {};
    return { reserved_ip: view(cloud, reserved), links };
  });
  app.get<ByIp>("/reserved_ips/:ip", async (request) => ({
    reserved_ip: view(cloud, find(request.params.ip)),
  }));
  app.delete<ByIp>("/reserved_ips/:ip", async (request, reply) => {
    const { ip } = find(request.params.ip);
    forgetInProjects(cloud, `do:reservedip:${ip}`);
    reservedIps.delete(ip);
    reply.code(204);
  });
  app.post<ByIp>("/reserved_ips/:ip/actions", async (request, reply) => {
    const reserved = find(request.params.ip);
    const wanted = parseBody(ActionRequest, request.body);
    if (wanted.type === "unassign" && reserved.droplet_id === null) {
      throw unprocessable("The reserved IP is not assigned to a Droplet.");
    }
    const droplet = wanted.type === "assign" ? dropletFor(cloud, wanted.droplet_id, reserved) : undefined;
    reply.code(201);
    return { action: actionView(start(cloud, request, reserved, droplet)) };
  });
  app.get<ByAction>("/reserved_ips/:ip/actions/:action", async (request) => {
    const action = orNotFound(actions.get(request.params.action));
    return { action: actionView(orNotFound(action.subject === request.params.ip ? action : undefined)) };
  });
};
