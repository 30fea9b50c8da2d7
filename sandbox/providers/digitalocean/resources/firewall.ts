import type { CheckFailure } from "../../framework/check.ts";
import { boolean, list, number, object, set, string } from "../../framework/properties.ts";
import type { Fields, Value } from "../../framework/values.ts";
import { fieldsOf, listOf, UNKNOWN } from "../../framework/values.ts";
import type { Json, JsonObject } from "../../framework/wire.ts";
import { fromWire, jsonList, jsonObject, toWire } from "../../framework/wire.ts";
import { collection } from "../collection.ts";
import { tags } from "../tagging.ts";

const peerFields = (side: "source" | "destination") => ({
  [`${side}Addresses`]: set(string(), { wire: "addresses" }),
  [`${side}DropletIds`]: set(number(), { wire: "droplet_ids" }),
  [`${side}KubernetesIds`]: set(string(), { wire: "kubernetes_ids" }),
  [`${side}LoadBalancerUids`]: set(string(), { wire: "load_balancer_uids" }),
  [`${side}Tags`]: set(string(), { wire: "tags" }),
});

const ruleFields = {
  protocol: string({ required: true, oneOf: ["tcp", "udp", "icmp"] }),
  portRange: string({ wire: "ports" }),
};
const sources = peerFields("source");
const destinations = peerFields("destination");

/** A cloud firewall: what no rule lets through is dropped. */
export const firewall = collection({
  token: "digitalocean:index/firewall:Firewall",
  inputs: {
    name: string({ autoName: {} }),
    dropletIds: set(number()),
    inboundRules: set(object({ ...ruleFields, ...sources })),
    outboundRules: set(object({ ...ruleFields, ...destinations })),
    tags: tags(),
  },
  outputs: {
    createdAt: string(),
    pendingChanges: list(object({ dropletId: number(), removing: boolean(), status: string() })),
    status: string(),
  },
  path: "/v2/firewalls",
  envelope: "firewall",
  validate,
  body,
  updateBody: body,
  state: (answer) => ({
    inboundRules: jsonList(answer.inbound_rules).map((rule) => fromRule(rule, "sources", sources)),
    outboundRules: jsonList(answer.outbound_rules).map((rule) =>
      fromRule(rule, "destinations", destinations),
    ),
  }),
});

function validate(inputs: Fields): CheckFailure[] {
  const { inboundRules, outboundRules } = inputs;
  if (listOf(inboundRules).length === 0 && listOf(outboundRules).length === 0) {
    const unknown = inboundRules === UNKNOWN || outboundRules === UNKNOWN;
    return unknown
      ? []
      : [{ property: "inboundRules", reason: "At least one inbound or outbound rule is needed" }];
  }
  return [...portFailures("inboundRules", inboundRules), ...portFailures("outboundRules", outboundRules)];
}

function portFailures(name: string, rules: Value | undefined): CheckFailure[] {
  return listOf(rules).flatMap((rule, index) => {
    const { protocol, portRange } = fieldsOf(rule);
    const lacking = (protocol === "tcp" || protocol === "udp") && !portRange;
    return lacking
      ? [{ property: `${name}[${index}].portRange`, reason: "portRange is required for tcp and udp" }]
      : [];
  });
}

function body(inputs: Fields): JsonObject {
  return {
    name: String(inputs.name),
    droplet_ids: toWire({ ids: set(number()) }, { ids: listOf(inputs.dropletIds) }).ids,
    inbound_rules: listOf(inputs.inboundRules).map((rule) => toRule(fieldsOf(rule), "sources", sources)),
    outbound_rules: listOf(inputs.outboundRules).map((rule) =>
      toRule(fieldsOf(rule), "destinations", destinations),
    ),
    tags: listOf(inputs.tags).map(String),
  };
}

type Peers = typeof sources;

function toRule(rule: Fields, side: "sources" | "destinations", peers: Peers): JsonObject {
  return { ...toWire(ruleFields, rule), [side]: toWire(peers, rule) };
}

function fromRule(answer: Json, side: "sources" | "destinations", peers: Peers): Fields {
  const rule = jsonObject(answer);
  const fields = { ...fromWire(ruleFields, rule), ...fromWire(peers, jsonObject(rule[side])) };
  // The API answers "0" for all ports, and for ICMP, which has none.
  if (fields.portRange === "0" && fields.protocol !== "icmp") fields.portRange = "all";
  else if (fields.portRange === "0") delete fields.portRange;
  return fields;
}
