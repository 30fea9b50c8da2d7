import type { FastifyPluginAsync } from "fastify";
import type { Cloud, CloudOptions } from "../core/cloud.ts";
import { invalid, listing, orMissing, parse, success } from "./envelope.ts";
import { checkedRecord, RecordChange, RecordRequest } from "./record-rules.ts";
import type { CloudflareRecord, Zone } from "./records.ts";
import { cloudflareId, findZone } from "./zones.ts";

const view = (record: CloudflareRecord) => ({ ...record, zone_id: undefined, meta: {} });

/** Refuses a record that is there already, and one that would stand beside a CNAME. */
function refuseClash(
  cloud: Cloud,
  zone: Zone,
  wanted: Pick<CloudflareRecord, "name" | "type" | "content">,
  id: string,
) {
  const neighbours = cloud.state.cloudflareRecords.filter(
    (one) => one.zone_id === zone.id && one.name === wanted.name && one.id !== id,
  );
  if (neighbours.some((one) => one.type === wanted.type && one.content === wanted.content)) {
    throw invalid("An identical record already exists.", 81_058);
  }
  const clash = neighbours.some(
    (one) => (one.type === "CNAME") !== (wanted.type === "CNAME") || one.type === "CNAME",
  );
  const isAddress = ["A", "AAAA", "CNAME"];
  if (clash && neighbours.some((one) => isAddress.includes(one.type)) && isAddress.includes(wanted.type)) {
    throw invalid("An A, AAAA, or CNAME record with that host already exists.", 81_053);
  }
}

function write(cloud: Cloud, zone: Zone, wanted: RecordRequest, before?: CloudflareRecord): CloudflareRecord {
  const content = checkedRecord(wanted, zone.name);
  const id = before?.id ?? cloudflareId();
  refuseClash(cloud, zone, content, id);
  const now = new Date().toISOString();
  const times = { created_on: before?.created_on ?? now, modified_on: now };
  return cloud.state.cloudflareRecords.put({ id, zone_id: zone.id, ...content, ...times });
}

/** The fields of a record that a client could have sent. */
function sendable({
  id: _,
  zone_id: __,
  proxiable: ___,
  created_on: ____,
  modified_on: _____,
  ...rest
}: CloudflareRecord) {
  return rest;
}

type Filters = {
  name?: string;
  "name.exact"?: string;
  type?: string;
  content?: string;
  "content.exact"?: string;
};

/** DNS records. */
export const dnsRecords: FastifyPluginAsync<CloudOptions> = async (app, { cloud }) => {
  const { cloudflareRecords } = cloud.state;
  type InZone = { Params: { zone: string }; Querystring: Filters };
  type ById = { Params: { zone: string; id: string } };
  const find = ({ zone, id }: ById["Params"]) => {
    const record = cloudflareRecords.get(id);
    const inZone = record?.zone_id === findZone(cloud, zone).id ? record : undefined;
    return orMissing(inZone, 81_044, "Record does not exist.");
  };

  app.get<InZone>("/zones/:zone/dns_records", async (request) => {
    const { id } = findZone(cloud, request.params.zone);
    const { type, ...query } = request.query;
    const name = query["name.exact"] ?? query.name;
    const content = query["content.exact"] ?? query.content;
    const matching = cloudflareRecords.filter(
      (one) =>
        one.zone_id === id &&
        (name === undefined || one.name === name.toLowerCase()) &&
        (type === undefined || one.type === type) &&
        (content === undefined || one.content === content),
    );
    return listing(matching.map(view), request.query);
  });
  app.post<InZone>("/zones/:zone/dns_records", async (request) => {
    const zone = findZone(cloud, request.params.zone);
    return success(view(write(cloud, zone, parse(RecordRequest, request.body))));
  });
  app.get<ById>("/zones/:zone/dns_records/:id", async (request) => success(view(find(request.params))));
  app.put<ById>("/zones/:zone/dns_records/:id", async (request) => {
    const record = find(request.params);
    return success(
      view(write(cloud, findZone(cloud, record.zone_id), parse(RecordRequest, request.body), record)),
    );
  });
  app.patch<ById>("/zones/:zone/dns_records/:id", async (request) => {
    const record = find(request.params);
    const change = parse(RecordChange, request.body);
    const sent = Object.fromEntries(
      Object.entries(change).filter(([field]) => field in Object(request.body)),
    );
    const wanted = { ...sendable(record), ...sent } as RecordRequest;
    return success(view(write(cloud, findZone(cloud, record.zone_id), wanted, record)));
  });
  app.delete<ById>("/zones/:zone/dns_records/:id", async (request) => {
    const { id } = find(request.params);
    cloudflareRecords.delete(id);
    return success({ id });
  });
};
