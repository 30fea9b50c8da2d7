import type { Properties } from "../../framework/properties.ts";
import { boolean, list, number, object, set, single, string } from "../../framework/properties.ts";
import type { Fields } from "../../framework/values.ts";
import { isFields, listOf, textsOf } from "../../framework/values.ts";
import type { Json, JsonObject } from "../../framework/wire.ts";
import { fromWire, jsonList, jsonObject, jsonText, toWire } from "../../framework/wire.ts";
import { crossOrigin, destinations, functions, job, service, staticSite, worker } from "./app-components.ts";
import { environment } from "./app-environment.ts";

const APP_ALERTS = [
  "DEPLOYMENT_FAILED",
  "DEPLOYMENT_LIVE",
  "DEPLOYMENT_STARTED",
  "DEPLOYMENT_CANCELED",
  "DOMAIN_FAILED",
  "DOMAIN_LIVE",
  "AUTOSCALE_FAILED",
  "AUTOSCALE_SUCCEEDED",
];

const domainName = object({
  name: string({ required: true, wire: "domain" }),
  type: string({ computed: true, oneOf: ["DEFAULT", "PRIMARY", "ALIAS"] }),
  wildcard: boolean({ computed: true }),
  zone: string(),
});

/** Everything an app is made of. */
export const specFields: Properties = {
  name: string({ required: true }),
  region: string(),
  disableEdgeCache: boolean({ default: false }),
  disableEmailObfuscation: boolean({ default: false }),
  enhancedThreatControlEnabled: boolean({ default: false }),
  features: set(string(), { computed: true }),
  // Two spellings of one thing; `domains` is the older.
  domainNames: list(domainName, { computed: true, wire: "domains" }),
  domains: set(string(), { computed: true, wire: false }),
  services: list(service()),
  staticSites: list(staticSite()),
  workers: list(worker()),
  jobs: list(job()),
  functions: list(functions()),
  databases: list(
    object({
      name: string(),
      engine: string({
        oneOf: ["UNSET", "MYSQL", "PG", "REDIS", "MONGODB", "KAFKA", "OPENSEARCH", "VALKEY"],
      }),
      version: string(),
      production: boolean(),
      clusterName: string(),
      dbName: string(),
      dbUser: string(),
    }),
  ),
  envs: environment(),
  alerts: list(
    object({
      rule: string({ required: true, oneOf: APP_ALERTS }),
      disabled: boolean({ default: false }),
      destinations: destinations(),
    }),
  ),
  ingress: object(
    {
      rules: list(
        object({
          match: object({ path: object({ prefix: string() }), authority: object({ exact: string() }) }),
          cors: crossOrigin(),
          component: object({ name: string(), preservePathPrefix: boolean(), rewrite: string() }),
          redirect: object({
            uri: string(),
            authority: string(),
            port: number(),
            scheme: string(),
            redirectCode: number({ default: 302 }),
          }),
        }),
      ),
      secureHeader: object({ key: string(), value: string() }),
    },
    { computed: true },
  ),
  egresses: single(object({ type: string({ oneOf: ["AUTOASSIGN", "DEDICATED_IP"] }) }), { wire: "egress" }),
  maintenance: object({ enabled: boolean(), archive: boolean(), offlinePageUrl: string() }),
  vpcs: single(object({ id: string({ required: true }) }), { wire: "vpc" }),
};

/** The spec as the API takes it. */
export function specBody(spec: Fields): JsonObject {
  const body = toWire(specFields, spec);
  const oldStyle = textsOf(spec.domains);
  if (body.domains === undefined && oldStyle.length > 0) {
    body.domains = oldStyle.map((domain): Json => ({ domain }));
  }
  return body;
}

/** The API's spec in the words of the program; `known` is the spec as far as it was declared. */
export function specState(answer: JsonObject, known: Fields): Fields {
  const spec = fromWire(specFields, answer);
  const domains = jsonList(answer.domains).map((domain) => jsonText(jsonObject(domain).domain));
  if (domains.length > 0) spec.domains = domains;
  // As in the official provider, an import only tells the older spelling.
  if (known.domainNames === undefined) delete spec.domainNames;
  return spec;
}

/** One alert of an app, and who is to be told of it. */
export interface AlertDestination {
  rule: string;
  /** Empty for an alert of the app itself. */
  component: string;
  emails: string[];
  slackWebhooks: { channel: string; url: string }[];
}

/** The alerts of a spec that name someone to tell. */
export function alertDestinations(spec: Fields): AlertDestination[] {
  const kinds = ["services", "workers", "jobs", "functions"];
  const components = kinds.flatMap((kind) => listOf(spec[kind])).filter(isFields);
  return [
    ...destinationsIn(spec, ""),
    ...components.flatMap((component) => destinationsIn(component, String(component.name))),
  ];
}

function destinationsIn(owner: Fields, component: string): AlertDestination[] {
  return listOf(owner.alerts)
    .filter(isFields)
    .flatMap(({ rule, destinations: told }) => {
      if (!isFields(told)) return [];
      const slackWebhooks = listOf(told.slackWebhooks)
        .filter(isFields)
        .map(({ channel, url }) => ({ channel: String(channel), url: String(url) }));
      const emails = textsOf(told.emails);
      return emails.length + slackWebhooks.length === 0
        ? []
        : [{ rule: String(rule), component, emails, slackWebhooks }];
    });
}
