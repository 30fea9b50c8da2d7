import type { FastifyPluginAsync } from "fastify";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { orNotFound, unprocessable } from "../core/errors.ts";
import { paginate } from "../core/paging.ts";
import { parseBody } from "../core/validation.ts";
import { addRecord, DEFAULT_TTL } from "./domains.ts";
import { checkedContent, RecordFields, relativeName } from "./record-rules.ts";
import type { DomainRecord } from "./records.ts";

function view(record: DomainRecord) {
  const { domain: _, ...shown } = record;
  return shown;
}

/** A CNAME stands alone under its name. */
function refuseMixture(
  cloud: Cloud,
  domain: string,
  record: { type: string; name: string },
  except?: number,
): void {
  const neighbours = cloud.state.domainRecords.filter(
    (one) => one.domain === domain && one.name === record.name && one.id !== except,
  );
  const clash = record.type === "CNAME" ? neighbours[0] : neighbours.find((one) => one.type === "CNAME");
  if (clash) throw unprocessable("CNAME records cannot share a name with other records");
}

/** Records of one name and type share one TTL: the latest wins, as the vendor rewrites the others. */
function shareTtl(cloud: Cloud, latest: DomainRecord): void {
  const { domainRecords } = cloud.state;
  const siblings = domainRecords.filter(
    (one) => one.domain === latest.domain && one.name === latest.name && one.type === latest.type,
  );
  for (const sibling of siblings) {
    if (sibling.ttl !== latest.ttl) domainRecords.put({ ...sibling, ttl: latest.ttl });
  }
}

/** Adds a record to a zone after all the vendor's checks. */
export function addDomainRecord(cloud: Cloud, domain: string, body: unknown): DomainRecord {
  const fields = parseBody(RecordFields, body);
  if (fields.type === undefined) throw unprocessable("type: can't be blank");
  if (fields.name === undefined || fields.name === "") throw unprocessable("name: can't be blank");
  const content = checkedContent(fields.type, relativeName(fields.name, domain), fields);
  refuseMixture(cloud, domain, content);
  const record = addRecord(cloud, { domain, ...content, ttl: fields.ttl ?? DEFAULT_TTL });
  shareTtl(cloud, record);
  return record;
}

function change(cloud: Cloud, record: DomainRecord, body: unknown): DomainRecord {
  const fields = parseBody(RecordFields, body);
  if (record.type === "SOA") throw unprocessable("type: SOA records cannot be changed");
  if (fields.type !== undefined && fields.type !== record.type) throw unprocessable("type: can't be changed");
  const merged = { ...sendable(record), ...defined(fields) };
  const name = relativeName(merged.name ?? record.name, record.domain);
  const content = checkedContent(record.type, name, merged);
  refuseMixture(cloud, record.domain, content, record.id);
  const changed = cloud.state.domainRecords.put({ ...record, ...content, ttl: fields.ttl ?? record.ttl });
  shareTtl(cloud, changed);
  return changed;
}

/** A stored record in the form in which a client would send it, with the dot at the end of a host name. */
function sendable(record: DomainRecord): RecordFields {
  const dotted =
    ["CNAME", "MX", "NS", "SRV"].includes(record.type) || (record.type === "CAA" && record.tag !== "iodef");
  const { name, data, priority, port, weight, flags, tag } = record;
  return { name, data: dotted && data !== "@" ? `${data}.` : data, priority, port, weight, flags, tag };
}

const defined = (fields: RecordFields): RecordFields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));

/** The records of a zone. */
export const domainRecords: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { domains, domainRecords } = cloud.state;
  type ByDomain = { Params: { domain: string }; Querystring: { name?: string; type?: string } };
  type ById = { Params: { domain: string; id: string } };
  const zone = (domain: string) => orNotFound(domains.get(domain.toLowerCase())).name;
  const find = ({ domain, id }: ById["Params"]) => {
    const record = domainRecords.get(id);
    return orNotFound(record?.domain === zone(domain) ? record : undefined);
  };

  app.get<ByDomain>("/domains/:domain/records", async (request) => {
    const domain = zone(request.params.domain);
    const { name, type } = request.query;
    // The vendor filters by the full name.
    const relative = name === undefined ? undefined : relativeName(`${name.replace(/\.$/, "")}.`, domain);
    const matching = domainRecords.filter(
      (record) =>
        record.domain === domain &&
        (relative === undefined || record.name === relative) &&
        (type === undefined || record.type === type),
    );
    const page = paginate(matching, request, cloud.apiUrl);
    return { domain_records: page.items.map(view), links: page.links, meta: page.meta };
  });
  app.post<ByDomain>("/domains/:domain/records", async (request, reply) => {
    const domain = zone(request.params.domain);
    reply.code(201);
    return { domain_record: view(addDomainRecord(cloud, domain, request.body)) };
  });
  app.get<ById>("/domains/:domain/records/:id", async (request) => ({
    domain_record: view(find(request.params)),
  }));
  app.route<ById>({
    method: ["PUT", "PATCH"],
    url: "/domains/:domain/records/:id",
    handler: async (request) => ({ domain_record: view(change(cloud, find(request.params), request.body)) }),
  });
  app.delete<ById>("/domains/:domain/records/:id", async (request, reply) => {
    const record = find(request.params);
    if (record.type === "SOA") throw unprocessable("SOA records cannot be deleted");
    domainRecords.delete(record.id);
    reply.code(204);
  });
};
