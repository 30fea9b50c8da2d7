import { unlessGone } from "../../framework/http.ts";
import type { Properties } from "../../framework/properties.ts";
import { boolean, list, number, object, string } from "../../framework/properties.ts";
import type { Live, Resource } from "../../framework/resource.ts";
import type { JsonObject } from "../../framework/wire.ts";
import { fromWire, jsonText, toWire } from "../../framework/wire.ts";
import type { Api } from "../clients.ts";

const inputs: Properties = {
  account: object({ id: string() }, { required: true, replace: true }),
  name: string({ required: true, replace: true }),
  type: string({
    default: "full",
    plannedDefault: true,
    oneOf: ["full", "partial", "secondary", "internal"],
  }),
  paused: boolean({ computed: true }),
  vanityNameServers: list(string(), { computed: true }),
};

const outputs: Properties = {
  activatedOn: string(),
  cnameSuffix: string(),
  createdOn: string(),
  developmentMode: number(),
  meta: object({
    cdnOnly: boolean(),
    customCertificateQuota: number(),
    dnsOnly: boolean(),
    foundationDns: boolean(),
    pageRuleQuota: number(),
    phishingDetected: boolean(),
    step: number(),
  }),
  modifiedOn: string(),
  nameServers: list(string()),
  originalDnshost: string(),
  originalNameServers: list(string()),
  originalRegistrar: string(),
  owner: object({ id: string(), name: string(), type: string() }),
  permissions: list(string()),
  plan: object({
    canSubscribe: boolean(),
    currency: string(),
    externallyManaged: boolean(),
    frequency: string(),
    id: string(),
    isSubscribed: boolean(),
    legacyDiscount: boolean(),
    legacyId: string(),
    name: string(),
    price: number(),
  }),
  status: string(),
  tenant: object({ id: string(), name: string() }),
  tenantUnit: object({ id: string() }),
  verificationKey: string(),
};

/** A DNS zone. Stateful: deleting it deletes every record in it. */
export const zone: Resource<Api> = {
  token: "cloudflare:index/zone:Zone",
  inputs,
  outputs,

  async create(api, declared, operation) {
    const { account, name, type } = toWire(inputs, declared);
    return toLive(await api("POST", "/zones", operation, { account, name, type }));
  },

  async read(api, id, _known, operation) {
    const answer = await unlessGone(api("GET", `/zones/${id}`, operation));
    return answer === undefined ? undefined : toLive(answer);
  },

  async update(api, id, _stored, declared, operation) {
    const { type, paused, vanity_name_servers } = toWire(inputs, declared);
    return toLive(await api("PATCH", `/zones/${id}`, operation, { type, paused, vanity_name_servers }));
  },

  async delete(api, id, _stored, operation) {
    await unlessGone(api("DELETE", `/zones/${id}`, operation));
  },
};

function toLive(answer: JsonObject): Live {
  return { id: jsonText(answer.id), state: fromWire({ ...outputs, ...inputs }, answer) };
}
