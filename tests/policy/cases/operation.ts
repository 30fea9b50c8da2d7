import { types } from "../../../policy/types.ts";
import { type Described, type RuleCases, resource, unknown } from "../support.ts";

const zone = resource(types.domain, "zone", { name: "example.test" });
const droplet = resource(types.droplet, "host", { tags: ["env", "one"], size: "s-1vcpu-1gb" });
const record = (name: string, type: string, more: object, from: readonly string[] = []) =>
  resource(
    types.record,
    `dns-${name}-${type}`,
    { domain: "example.test", name, type, ttl: 300, ...more },
    { from: { domain: ["zone"], value: from } },
  );
const erp = record("erp", "A", { value: "203.0.113.1" }, ["host"]);
const check = (host: string, more: object = {}) =>
  resource(types.uptimeCheck, `check-${host}`, { target: `https://${host}/health`, enabled: true, ...more });
const told = (host: string, type = "down") =>
  resource(types.uptimeAlert, `alert-${host}`, { type }, { from: { checkId: [`check-${host}`] } });
const [www, root] = [
  record("www", "CNAME", { value: "example.test." }),
  record("@", "A", { value: "203.0.113.1" }, ["host"]),
];
const metrics = ["cpu", "memory_utilization_percent", "disk_utilization_percent"];
const alert = (metric: string, more: object = {}) =>
  resource(types.monitorAlert, metric, {
    type: `v1/insights/droplet/${metric}`,
    tags: ["one"],
    enabled: true,
    ...more,
  });
const caa = (tag: string) => record("@", "CAA", { value: "letsencrypt.org.", tag });
const stack = (outputs: object): Described => resource(types.stack, "insightpulse-prod", { ...outputs });
const bill = (overBudgetUsd: number, lines: object = { "host erp": 6 }) => ({
  totalUsd: 6,
  overBudgetUsd,
  lines,
});

/** How it is run: found, watched, paid. */
export const operationCases: Readonly<Record<string, RuleCases>> = {
  "hosts-are-tagged-and-monitored": {
    refused: {
      "a droplet without its environment's tag": {
        resources: [resource(types.droplet, "host", { tags: ["one"], monitoring: true })],
        says: /^host: the tag insightpulse-prod is missing\. Pass/,
      },
      "a droplet without the agent": {
        resources: [resource(types.droplet, "host", { tags: ["insightpulse-prod"] })],
        says: /monitoring is not switched on/,
      },
    },
    accepted: {
      both: {
        resources: [resource(types.droplet, "host", { tags: ["insightpulse-prod"], monitoring: true })],
      },
      "an adopted one, which has the agent or not": {
        resources: [
          resource(types.droplet, "host", { tags: ["insightpulse-prod"] }, { ignoreChanges: ["monitoring"] }),
        ],
      },
    },
  },
  "hosts-are-watched": {
    refused: {
      "a droplet without alerts": {
        resources: [droplet],
        says: /^host: no alert watches its CPU, memory, disk\. Give/,
      },
      "one that is switched off": {
        resources: [droplet, ...metrics.map((metric) => alert(metric, { enabled: metric !== "cpu" }))],
        says: /watches its CPU\./,
      },
      "alerts of another tag": {
        resources: [droplet, ...metrics.map((metric) => alert(metric, { tags: ["two"] }))],
        says: /CPU, memory, disk/,
      },
    },
    accepted: { "all three": { resources: [droplet, ...metrics.map((metric) => alert(metric))] } },
  },
  "services-are-watched": {
    refused: {
      "a name without a health check": {
        resources: [zone, droplet, erp],
        says: /^dns-erp-A: nobody asks whether erp\.example\.test answers\. Enter/,
      },
      "a health check that is switched off": {
        resources: [
          zone,
          droplet,
          erp,
          check("erp.example.test", { enabled: false }),
          told("erp.example.test"),
        ],
        says: /nobody asks whether erp/,
      },
      "a health check without an alert": {
        resources: [check("erp.example.test"), told("erp.example.test", "ssl_expiry")],
        says: /^check-erp\.example\.test: nobody is told when it fails/,
      },
    },
    accepted: {
      "a service with both; the zone itself and its other name": {
        resources: [zone, droplet, erp, root, www, check("erp.example.test"), told("erp.example.test")],
      },
      "a name that only proves something": {
        resources: [zone, record("_dmarc", "CNAME", { value: "x.test." })],
      },
    },
  },
  "everything-is-in-the-project": {
    refused: {
      "a droplet beside it": {
        resources: [droplet, resource(types.projectResources, "project", {}, { from: { resources: [] } })],
        says: /^host: it is in no project\. Add its URN/,
      },
    },
    accepted: {
      "one whose URN is among its resources": {
        resources: [
          droplet,
          resource(types.projectResources, "project", {}, { from: { resources: ["host"] } }),
        ],
      },
    },
  },
  "names-lead-somewhere": {
    refused: {
      "a name that is there twice": {
        resources: [zone, droplet, erp, record("erp", "CNAME", { value: "example.test." })],
        says: /^dns-erp-A: erp\.example\.test is there more than once\. Keep one/m,
      },
      "an address that is nobody's": {
        resources: [zone, record("old", "A", { value: "198.51.100.9" })],
        says: /^dns-old-A: old\.example\.test leads to 198\.51\.100\.9, which is none of the stack's/,
      },
      "an alias of what is not watched": {
        resources: [zone, record("shop", "CNAME", { value: "gone.herokuapp.test." })],
        says: /shop\.example\.test leads to gone\.herokuapp\.test/,
      },
    },
    accepted: {
      "a droplet's address, an alias of the zone, and what is watched": {
        resources: [
          ...[zone, droplet, erp, root, www, check("agent.example.test")],
          record("agent", "CNAME", { value: "agents.do-ai.test." }),
        ],
      },
      "an alias that called its zone @ before the stack had it": {
        resources: [zone, droplet, root, record("www", "CNAME", { value: "@" })],
      },
      "what a preview does not know": {
        resources: [
          zone,
          resource(
            types.record,
            "dns-new",
            unknown({ name: "new", type: "A", domain: "example.test" }, "value"),
          ),
        ],
      },
    },
  },
  "caa-is-there": {
    refused: {
      "a zone without": { resources: [zone], says: /^zone: no CAA record says issue or issuewild\. Name/ },
      "a zone with half": { resources: [zone, caa("issue")], says: /says issuewild\./ },
    },
    accepted: {
      "a zone with both": {
        resources: [zone, caa("issue"), { ...caa("issuewild"), name: "wild" }],
      },
      "no zone": { resources: [] },
    },
  },
  "times-to-live-are-sane": {
    refused: {
      "a second": {
        resources: [record("erp", "A", { ttl: 1 })],
        says: /its time to live is 1 seconds\. Set dns\.ttl/,
      },
      "a week": { resources: [record("erp", "A", { ttl: 604_800 })], says: /604800 seconds/ },
      none: { resources: [record("erp", "A", { ttl: undefined })], says: /is not stated/ },
    },
    accepted: { "an hour": { resources: [record("erp", "A", { ttl: 3600 })] } },
  },
  "costs-are-within-budget": {
    refused: {
      "more than the budget": {
        resources: [stack({ monthlyCost: bill(2), acknowledgements: {} })],
        says: /^insightpulse-prod: \$6\.00 a month is \$2\.00 over its budget\..*ops cost/,
      },
      "a size that stands in no settings": {
        resources: [stack({ monthlyCost: bill(-2) }), { ...droplet, props: { size: "s-4vcpu-8gb" } }],
        says: /^host: it costs \$48\.00 a month that is on no bill\. Declare it/,
      },
      "a size that no table has": {
        resources: [stack({ monthlyCost: bill(-2) }), { ...droplet, props: { size: "s-3vcpu-5gb" } }],
        says: /an unknown amount/,
      },
      "a volume beside the settings": {
        resources: [stack({ monthlyCost: bill(-2) }), resource(types.volume, "disk", { size: 100 })],
        says: /^disk: it costs \$10\.00/,
      },
      "a program that does not say": { resources: [stack({})], says: /says nothing of what it costs/ },
    },
    accepted: {
      "what is on the bill": { resources: [stack({ monthlyCost: bill(-2) }), droplet] },
      "more than the budget where the settings say why": {
        resources: [
          stack({ monthlyCost: bill(2), acknowledgements: { "costs-are-within-budget": "Load test." } }),
        ],
      },
      "a program that is none of ours": { resources: [stack({})], stack: "demo" },
    },
  },
};
