import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import { contains, overlap, parseRange, toAddress, toNumber } from "../core/addresses.ts";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { forbidden, orNotFound, unprocessable } from "../core/errors.ts";
import { uuid } from "../core/identifiers.ts";
import { paginate } from "../core/paging.ts";
import { timestamp } from "../core/time.ts";
import { parseBody, text } from "../core/validation.ts";
import type { Vpc } from "./records.ts";
import { openRegion } from "./regions.ts";

const Name = z.string().regex(/^[a-zA-Z0-9\-.]+$/, "may only contain letters, digits, dashes and periods");
const Create = z.strictObject({
  name: Name,
  region: z.string(),
  description: text().pipe(z.string().max(255)),
  ip_range: z.string().optional(),
});
const Update = z.strictObject({
  name: Name.optional(),
  description: z.string().max(255).optional(),
  default: z.boolean().optional(),
});

const PRIVATE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

const view = (vpc: Vpc) => ({ ...vpc, urn: `do:vpc:${vpc.id}` });

const rangeOf = (cidr: string) => {
  const range = parseRange(cidr);
  if (!range) throw unprocessable(`ip_range: ${cidr} is not a network in CIDR notation`);
  return range;
};

/** Refuses a range that is not private, has a wrong size, or overlaps another VPC of the account. */
function checkRange(cloud: Cloud, cidr: string): void {
  const range = rangeOf(cidr);
  if (range.prefix < 16 || range.prefix > 28)
    throw unprocessable("ip_range: size must be between /16 and /28");
  if (!PRIVATE_RANGES.some((outer) => contains(rangeOf(outer), range))) {
    throw unprocessable("ip_range: must be in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16");
  }
  const other = cloud.state.vpcs.find((vpc) => overlap(rangeOf(vpc.ip_range), range));
  if (other) {
    throw unprocessable(`This range/size overlaps with another VPC network in your account: ${other.name}`);
  }
}

/** A range of the size the vendor picks (/20) that no VPC of the account touches. */
function unusedRange(cloud: Cloud): string {
  const taken = cloud.state.vpcs.all().map((vpc) => rangeOf(vpc.ip_range));
  for (let first = toNumber("10.100.0.0"); first < toNumber("10.255.0.0"); first += 4096) {
    const candidate = `${toAddress(first)}/20`;
    if (!taken.some((range) => overlap(range, rangeOf(candidate)))) return candidate;
  }
  throw unprocessable("No private range is left for another VPC network.");
}

/** The region's default VPC, made the first time something needs it. */
export function defaultVpc(cloud: Cloud, region: string): Vpc {
  const existing = cloud.state.vpcs.find((vpc) => vpc.default && vpc.region === region);
  return existing ?? addVpc(cloud, { name: `default-${region}`, region, description: "", default: true });
}

type NewVpc = Pick<Vpc, "name" | "region" | "description"> & {
  default: boolean;
  id?: string;
  ip_range?: string;
};

/** Adds a VPC after all the vendor's checks. */
export function addVpc(cloud: Cloud, wanted: NewVpc): Vpc {
  openRegion(cloud, wanted.region);
  checkName(cloud, wanted.name);
  const ip_range = wanted.ip_range ?? unusedRange(cloud);
  checkRange(cloud, ip_range);
  const { id = uuid(), name, region, description } = wanted;
  const vpc = { id, name, region, description, ip_range, default: wanted.default, created_at: timestamp() };
  return cloud.state.vpcs.put(vpc);
}

function checkName(cloud: Cloud, name: string, except?: string): void {
  if (cloud.state.vpcs.find((vpc) => vpc.name === name && vpc.id !== except)) {
    throw unprocessable("A VPC with the same name already exists in your account.");
  }
}

function members(cloud: Cloud, vpc: Vpc) {
  const droplets = cloud.state.droplets.filter((droplet) => droplet.vpc_uuid === vpc.id);
  const apps = cloud.state.apps.filter((app) => app.spec.vpc?.id === vpc.id);
  return [
    ...droplets.map(({ id, name, created_at }) => ({ urn: `do:droplet:${id}`, name, created_at })),
    ...apps.map((app) => ({ urn: `do:app:${app.id}`, name: app.spec.name, created_at: app.created_at })),
  ];
}

/** Private networks. */
export const vpcs: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { vpcs } = cloud.state;
  type ById = { Params: { id: string } };

  app.get("/vpcs", async (request) => {
    const page = paginate(vpcs.all(), request, cloud.apiUrl);
    return { vpcs: page.items.map(view), links: page.links, meta: page.meta };
  });
  app.post("/vpcs", async (request, reply) => {
    const { ip_range, ...body } = parseBody(Create, request.body);
    const vpc = addVpc(cloud, { ...body, default: false, ...(ip_range === undefined ? {} : { ip_range }) });
    reply.code(201);
    return { vpc: view(vpc) };
  });
  app.get<ById>("/vpcs/:id", async (request) => ({ vpc: view(orNotFound(vpcs.get(request.params.id))) }));
  app.get<ById>("/vpcs/:id/members", async (request) => {
    const page = paginate(members(cloud, orNotFound(vpcs.get(request.params.id))), request, cloud.apiUrl);
    return { members: page.items, links: page.links, meta: page.meta };
  });
  app.route<ById>({
    method: ["PUT", "PATCH"],
    url: "/vpcs/:id",
    handler: async (request) => {
      const vpc = orNotFound(vpcs.get(request.params.id));
      const { name = vpc.name, description = vpc.description, ...change } = parseBody(Update, request.body);
      checkName(cloud, name, vpc.id);
      if (change.default) {
        for (const other of vpcs.filter((one) => one.default && one.region === vpc.region)) {
          vpcs.put({ ...other, default: false });
        }
      }
      return { vpc: view(vpcs.put({ ...vpc, name, description, default: change.default || vpc.default })) };
    },
  });
  app.delete<ById>("/vpcs/:id", async (request, reply) => {
    const vpc = orNotFound(vpcs.get(request.params.id));
    if (vpc.default) throw forbidden("Can not delete default VPC");
    if (members(cloud, vpc).length > 0) throw forbidden("Can not delete VPC with members");
    vpcs.delete(vpc.id);
    reply.code(204);
  });
};
