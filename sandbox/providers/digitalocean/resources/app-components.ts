import type { Properties, Property } from "../../framework/properties.ts";
import { boolean, list, listed, number, object, set, single, string } from "../../framework/properties.ts";
import { environment, isSealed } from "./app-environment.ts";

const repository = (): Property => object({ repo: string(), branch: string(), deployOnPush: boolean() });

const image = (): Property =>
  object({
    registryType: string({ required: true, oneOf: ["UNSPECIFIED", "DOCKER_HUB", "DOCR", "GHCR"] }),
    registry: string(),
    repository: string({ required: true }),
    tag: string(),
    digest: string(),
    registryCredentials: string({ secret: true, hidden: isSealed }),
    deployOnPushes: single(object({ enabled: boolean() }), { computed: true, wire: "deploy_on_push" }),
  });

/** Who is told of an alert. Set by calls of their own: a spec neither takes nor shows them. */
export const destinations = (): Property =>
  object(
    {
      emails: list(string()),
      slackWebhooks: list(object({ channel: string({ required: true }), url: string({ required: true }) })),
    },
    { wire: false },
  );

const alerts = (): Property =>
  list(
    object({
      rule: string({
        required: true,
        oneOf: ["UNSPECIFIED_RULE", "CPU_UTILIZATION", "MEM_UTILIZATION", "RESTART_COUNT"],
      }),
      operator: string({ required: true, oneOf: ["GREATER_THAN", "LESS_THAN", "UNSPECIFIED_OPERATOR"] }),
      window: string({
        required: true,
        oneOf: ["FIVE_MINUTES", "TEN_MINUTES", "THIRTY_MINUTES", "ONE_HOUR", "UNSPECIFIED_WINDOW"],
      }),
      value: number({ required: true }),
      disabled: boolean({ default: false }),
      destinations: destinations(),
    }),
  );

const logDestinations = (): Property =>
  list(
    object({
      name: string({ required: true }),
      papertrail: object({ endpoint: string({ required: true }) }),
      datadog: object({
        endpoint: string({ default: "https://http-intake.logs.datadoghq.com" }),
        apiKey: string({ required: true }),
      }),
      logtail: object({ token: string({ required: true }) }),
      openSearch: object({
        endpoint: string(),
        basicAuth: object({ user: string(), password: string({ secret: true }) }, { required: true }),
        indexName: string(),
        clusterName: string(),
      }),
    }),
  );

/** Which other sites may call. */
export const crossOrigin = (): Property =>
  object({
    allowOrigins: listed({ exact: string(), prefix: string(), regex: string() }),
    allowMethods: set(string()),
    allowHeaders: set(string()),
    exposeHeaders: set(string()),
    maxAge: string(),
    allowCredentials: boolean(),
  });

const routes = (): Property =>
  list(object({ path: string(), preservePathPrefix: boolean() }), { computed: true });

const healthCheck = (): Property =>
  object({
    httpPath: string(),
    port: number(),
    initialDelaySeconds: number(),
    periodSeconds: number(),
    timeoutSeconds: number(),
    successThreshold: number(),
    failureThreshold: number(),
  });

const autoscaling = (): Property =>
  object({
    minInstanceCount: number({ required: true }),
    maxInstanceCount: number({ required: true }),
    metrics: object({ cpu: object({ percent: number({ required: true }) }) }, { required: true }),
  });

const everyComponent = (): Properties => ({
  name: string({ required: true }),
  git: object({ repoCloneUrl: string(), branch: string() }),
  github: repository(),
  gitlab: repository(),
  bitbucket: repository(),
  envs: environment(),
  sourceDir: string(),
});
const build = (): Properties => ({
  environmentSlug: string(),
  dockerfilePath: string(),
  buildCommand: string(),
});
const watch = (): Properties => ({ alerts: alerts(), logDestinations: logDestinations() });
const run = (): Properties => ({
  image: image(),
  runCommand: string(),
  instanceCount: number(),
  instanceSizeSlug: string(),
});

/** A component that answers requests. */
export const service = (): Property =>
  object({
    ...everyComponent(),
    ...build(),
    ...watch(),
    ...run(),
    httpPort: number({ computed: true }),
    internalPorts: set(number(), { computed: true }),
    healthCheck: healthCheck(),
    livenessHealthCheck: healthCheck(),
    autoscaling: autoscaling(),
    routes: routes(),
    cors: crossOrigin(),
    termination: object({ drainSeconds: number(), gracePeriodSeconds: number() }),
  });

/** A component that works in the background. */
export const worker = (): Property =>
  object({
    ...everyComponent(),
    ...build(),
    ...watch(),
    ...run(),
    livenessHealthCheck: healthCheck(),
    autoscaling: autoscaling(),
    termination: object({ gracePeriodSeconds: number() }),
  });

/** A component that runs once for each deployment. */
export const job = (): Property =>
  object({
    ...everyComponent(),
    ...build(),
    ...watch(),
    ...run(),
    kind: string({
      default: "UNSPECIFIED",
      oneOf: ["UNSPECIFIED", "PRE_DEPLOY", "POST_DEPLOY", "FAILED_DEPLOY"],
    }),
    termination: object({ gracePeriodSeconds: number() }),
  });

/** A component of files. */
export const staticSite = (): Property =>
  object({
    ...everyComponent(),
    ...build(),
    outputDir: string(),
    indexDocument: string(),
    errorDocument: string(),
    catchallDocument: string(),
    routes: routes(),
    cors: crossOrigin(),
  });

/** A component of serverless functions. */
export const functions = (): Property =>
  object({ ...everyComponent(), ...watch(), routes: routes(), cors: crossOrigin() });
