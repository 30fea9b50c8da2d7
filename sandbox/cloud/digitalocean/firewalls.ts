import { isIP } from "node:net";
import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { conflict, orNotFound, unprocessable } from "../core/errors.ts";
import { uuid } from "../core/identifiers.ts";
import { paginate } from "../core/paging.ts";
import { timestamp } from "../core/time.ts";
import { list, parseBody } from "../core/validation.ts";
import type { Firewall } from "./records.ts";
import { existingTags } from "./tags.ts";

const Address = z.string().refine((address) => {
  const [ip = "", prefix] = address.split("/");
  const version = isIP(ip);
  return version !== 0 && (prefix === undefined || Number(prefix) <= (version === 4 ? 32 : 128));
}, "is not an address or a network");

const Ports = z.string().refine((ports) => {
  if (ports === "all" || ports === "0" || ports === "") return true;
  const [first, last = first, ...rest] = ports.split("-").map(Number);
  const valid = [first, last].every(
    (port) => Number.isInteger(port) && Number(port) >= 1 && Number(port) <= 65_535,
  );
  return valid && rest.length === 0 && Number(first) <= Number(last);
}, "must be a port, a range like 8000-9000, or all");

const Targets = z.strictObject({
  addresses: z.array(Address).max(1000).optional(),
  tags: z.array(z.string()).optional(),
  droplet_ids: z.array(z.int()).optional(),
  load_balancer_uids: z.array(z.string()).optional(),
  kubernetes_ids: z.array(z.string()).optional(),
});
const rule = { protocol: z.enum(["tcp", "udp", "icmp"]), ports: Ports.optional() };
const InboundRule = z.strictObject({ ...rule, sources: Targets }).transform(normalise);
const OutboundRule = z.strictObject({ ...rule, destinations: Targets }).transform(normalise);

const FirewallRequest = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9.-]*$/, "may only hold letters, digits, periods and dashes"),
  inbound_rules: list(InboundRule),
  outbound_rules: list(OutboundRule),
  droplet_ids: list(z.int()).pipe(z.array(z.int()).max(10, "at most 10 droplets per firewall; use a tag")),
  tags: list(z.string()).pipe(z.array(z.string()).max(5, "at most 5 tags per firewall")),
});
type FirewallBody = z.output<typeof FirewallRequest>;

const MOST_RULES = 50;

/** The API writes "all ports", and the ports of ICMP which has none, as 0. */
function normalise<R extends { protocol: string; ports?: string | undefined }>(
  given: R,
  context: z.RefinementCtx<R>,
): Omit<R, "ports"> & { ports: string } {
  if (given.protocol !== "icmp" && (given.ports === undefined || given.ports === "")) {
    context.addIssue({
      code: "custom",
      path: ["ports"],
      message: `is required for ${given.protocol}`,
      input: given,
    });
  }
  const ports =
    given.protocol === "icmp" || given.ports === "all" || given.ports === undefined ? "0" : given.ports;
  return { ...given, ports };
}

/** What a rule may refer to must be there. */
function check(cloud: Cloud, body: FirewallBody, except?: string): void {
  const rules = [...body.inbound_rules, ...body.outbound_rules];
  if (rules.length === 0) throw unprocessable("at least one inbound or outbound rule must be specified");
  if (rules.length > MOST_RULES) throw unprocessable(`at most ${MOST_RULES} rules per firewall`);
  const targets = [
    ...body.inbound_rules.map((one) => one.sources),
    ...body.outbound_rules.map((one) => one.destinations),
  ];
  if (targets.some((target) => Object.values(target).every((values) => (values ?? []).length === 0))) {
    throw unprocessable("every rule needs at least one source or destination");
  }
  const droplets = [...body.droplet_ids, ...targets.flatMap((target) => target.droplet_ids ?? [])];
  const missing = droplets.find((id) => !cloud.state.droplets.get(id));
  if (missing !== undefined) throw unprocessable(`droplet_ids: droplet ${missing} does not exist`);
  existingTags(cloud, [...body.tags, ...targets.flatMap((target) => target.tags ?? [])], "tags");
  if (cloud.state.firewalls.find((one) => one.name === body.name && one.id !== except)) {
    throw conflict("duplicate name");
  }
}

const view = (firewall: Firewall) => ({ ...firewall, status: "succeeded", pending_changes: [] });

/** Adds a firewall after all the vendor's checks. */
export function addFirewall(cloud: Cloud, body: unknown, id = uuid()): Firewall {
  const wanted = parseBody(FirewallRequest, body);
  check(cloud, wanted);
  return cloud.state.firewalls.put({ id, ...wanted, created_at: timestamp() });
}

/** Cloud firewalls. */
export const firewalls: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { firewalls } = cloud.state;
  type ById = { Params: { id: string } };
  const find = (id: string) => orNotFound(firewalls.get(id));

  app.get("/firewalls", async (request) => {
    const page = paginate(firewalls.all(), request, cloud.apiUrl);
    return { firewalls: page.items.map(view), links: page.links, meta: page.meta };
  });
  app.post("/firewalls", async (request, reply) => {
    reply.code(202);
    return { firewall: view(addFirewall(cloud, request.body)) };
  });
  app.get<ById>("/firewalls/:id", async (request) => ({ firewall: view(find(request.params.id)) }));
  app.put<ById>("/firewalls/:id", async (request) => {
    const { id, created_at } = find(request.params.id);
    const body = parseBody(FirewallRequest, request.body);
    check(cloud, body, id);
    return { firewall: view(firewalls.put({ id, ...body, created_at })) };
  });
  app.delete<ById>("/firewalls/:id", async (request, reply) => {
    firewalls.delete(find(request.params.id).id);
    reply.code(204);
  });
};
