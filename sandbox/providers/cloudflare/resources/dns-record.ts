import { Failure } from "../../framework/errors.ts";
import { unlessGone } from "../../framework/http.ts";
import type { Properties } from "../../framework/properties.ts";
import { any, boolean, number, object, set, string } from "../../framework/properties.ts";
import type { Live, Resource } from "../../framework/resource.ts";
import { textOf } from "../../framework/values.ts";
import type { JsonObject } from "../../framework/wire.ts";
import { fromWire, jsonText, toWire } from "../../framework/wire.ts";
import type { Api } from "../clients.ts";

const NUMBERS_IN_DATA = [
  "algorithm",
  "altitude",
  "digestType",
  "keyTag",
  "latDegrees",
  "latMinutes",
  "latSeconds",
  "longDegrees",
  "longMinutes",
  "longSeconds",
  "matchingType",
  "order",
  "port",
  "precisionHorz",
  "precisionVert",
  "preference",
  "priority",
  "protocol",
  "selector",
  "size",
  "type",
  "usage",
  "weight",
];
const TEXTS_IN_DATA = [
  "certificate",
  "digest",
  "fingerprint",
  "latDirection",
  "longDirection",
  "publicKey",
  "regex",
  "replacement",
  "service",
  "tag",
  "target",
  "value",
];
const data: Properties = {
  ...Object.fromEntries(NUMBERS_IN_DATA.map((name) => [name, number()])),
  ...Object.fromEntries(TEXTS_IN_DATA.map((name) => [name, string()])),
  flags: any(),
};

const inputs: Properties = {
  zoneId: string({ required: true, replace: true, wire: false }),
  // The API answers full names, also to a record that was declared by its label.
  name: string({
    required: true,
    same: (stored, declared) => stored === declared || stored.startsWith(`${declared}.`),
  }),
  type: string({ required: true }),
  ttl: number({ required: true }),
  content: string({ computed: true }),
  data: object(data, { computed: true }),
  priority: number(),
  proxied: boolean({ computed: true }),
  privateRouting: boolean(),
  includeShadowMetadata: boolean({ computed: true, wire: false }),
  comment: string(),
  tags: set(string(), { computed: true }),
  settings: object(
    {
      ipv4Only: boolean({ wire: "ipv4_only" }),
      ipv6Only: boolean({ wire: "ipv6_only" }),
      flattenCname: boolean(),
    },
    { computed: true },
  ),
};

const outputs: Properties = {
  commentModifiedOn: string(),
  createdOn: string(),
  meta: string({ wire: false }),
  modifiedOn: string(),
  proxiable: boolean(),
  tagsModifiedOn: string(),
};

/** One record of a zone. */
export const dnsRecord: Resource<Api> = {
  token: "cloudflare:index/dnsRecord:DnsRecord",
  inputs,
  outputs,

  async create(api, declared, operation) {
    return toLive(await api("POST", recordsOf(declared.zoneId), operation, toWire(inputs, declared)));
  },

  async read(api, id, known, operation) {
    const isImport = Object.keys(known).length === 0;
    const [zoneId, recordId] = isImport ? splitId(id) : [textOf(known.zoneId), id];
    const record = await unlessGone(api("GET", `${recordsOf(zoneId)}/${recordId}`, operation));
    if (record === undefined) return undefined;
    const live = toLive(record);
    return { id: live.id, state: { zoneId, ...live.state } };
  },

  async update(api, id, _stored, declared, operation) {
    return toLive(
      await api("PUT", `${recordsOf(declared.zoneId)}/${id}`, operation, toWire(inputs, declared)),
    );
  },

  async delete(api, id, stored, operation) {
    await unlessGone(api("DELETE", `${recordsOf(stored.zoneId)}/${id}`, operation));
  },
};

const recordsOf = (zone: unknown): string => `/zones/${String(zone)}/dns_records`;

function splitId(id: string): [string, string] {
  const [zone, record] = id.split("/");
  if (!zone || !record)
    throw new Failure(`The import id must have the form "<zone id>/<record id>"; got "${id}".`);
  return [zone, record];
}

function toLive(record: JsonObject): Live {
  const state = fromWire({ ...outputs, ...inputs }, record);
  return { id: jsonText(record.id), state: { ...state, meta: JSON.stringify(record.meta ?? {}) } };
}
