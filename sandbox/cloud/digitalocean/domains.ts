import { isIPv4 } from "node:net";
import type { FastifyPluginAsync } from "fastify";
import { z } from "zod";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { orNotFound, unprocessable } from "../core/errors.ts";
import { paginate } from "../core/paging.ts";
import { parseBody, text } from "../core/validation.ts";
import { forgetInProjects, putInProject } from "./project-assignments.ts";
import type { Domain, DomainRecord } from "./records.ts";

export const DEFAULT_TTL = 1800;
const NAME_SERVERS = ["ns1.digitalocean.com", "ns2.digitalocean.com", "ns3.digitalocean.com"];
const LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

const Create = z.strictObject({
  name: z
    .string()
    .toLowerCase()
    .max(253)
    .regex(
      new RegExp(`^(${LABEL}\\.)+${LABEL}$`),
      "Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)",
    ),
  ip_address: text().refine((address) => address === "" || isIPv4(address), "must be an IPv4 address"),
});

const BLANK = { priority: null, port: null, weight: null, flags: null, tag: null };

/** Adds a record as it is; the rules for what clients may add are those of the records' own calls. */
export function addRecord(
  cloud: Cloud,
  record: Partial<DomainRecord> & Pick<DomainRecord, "domain" | "type" | "name" | "data">,
): DomainRecord {
  const id = cloud.store.nextNumber("domain_records", 1_900_000_001);
  return cloud.state.domainRecords.put({ id, ttl: DEFAULT_TTL, ...BLANK, ...record });
}

/** Adds a zone with the records that every zone has from the start. */
export function addDomain(cloud: Cloud, body: unknown): Domain {
  const { name, ip_address } = parseBody(Create, body);
  if (cloud.state.domains.get(name)) throw unprocessable("name: Domain name is already in use");
  const domain = cloud.state.domains.put({ name, ttl: DEFAULT_TTL });
  addRecord(cloud, { domain: name, type: "SOA", name: "@", data: String(DEFAULT_TTL) });
  for (const data of NAME_SERVERS) addRecord(cloud, { domain: name, type: "NS", name: "@", data });
  if (ip_address !== "") addRecord(cloud, { domain: name, type: "A", name: "@", data: ip_address });
  putInProject(cloud, `do:domain:${name}`);
  return domain;
}

/** The zone in the form that name servers read. */
function zoneFile(cloud: Cloud, domain: Domain): string {
  const records = cloud.state.domainRecords.filter((record) => record.domain === domain.name);
  const lines = records
    .filter((record) => record.type !== "SOA")
    .map((record) => {
      const owner = record.name === "@" ? `${domain.name}.` : `${record.name}.${domain.name}.`;
      return `${owner} ${record.ttl} IN ${record.type} ${rightHandSide(record, domain)}`;
    });
  const soa = `${domain.name}. IN SOA ns1.digitalocean.com. hostmaster.${domain.name}. 1 10800 3600 604800 1800`;
  return [`$ORIGIN ${domain.name}.`, `$TTL ${domain.ttl}`, soa, ...lines, ""].join("\n");
}

function rightHandSide(record: DomainRecord, domain: Domain): string {
  const name = record.data === "@" ? `${domain.name}.` : `${record.data}.`;
  switch (record.type) {
    case "CNAME":
    case "NS":
      return name;
    case "MX":
      return `${record.priority} ${name}`;
    case "SRV":
      return `${record.priority} ${record.weight} ${record.port} ${name}`;
    case "CAA":
      return `${record.flags} ${record.tag} "${record.data}"`;
    case "TXT":
      return `"${record.data.replace(/["\\]/g, "\\$&")}"`;
    default:
      return record.data;
  }
}

/** DNS zones. */
export const domains: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { domains, domainRecords } = cloud.state;
  type ByName = { Params: { name: string } };
  const find = (name: string) => orNotFound(domains.get(name.toLowerCase()));
  const view = (domain: Domain) => ({ ...domain, zone_file: zoneFile(cloud, domain) });

  app.get("/domains", async (request) => {
    const page = paginate(domains.all(), request, cloud.apiUrl);
    return { domains: page.items.map(view), links: page.links, meta: page.meta };
  });
  app.post("/domains", async (request, reply) => {
    reply.code(201);
    // The zone is not written out yet when the vendor answers.
    return { domain: { ...addDomain(cloud, request.body), zone_file: null } };
  });
  app.get<ByName>("/domains/:name", async (request) => ({ domain: view(find(request.params.name)) }));
  app.delete<ByName>("/domains/:name", async (request, reply) => {
    const { name } = find(request.params.name);
    for (const record of domainRecords.filter((one) => one.domain === name)) domainRecords.delete(record.id);
    forgetInProjects(cloud, `do:domain:${name}`);
    domains.delete(name);
    reply.code(204);
  });
};
