import { z } from "zod";
import * as part from "./spec-parts.ts";

const grace = { grace_period_seconds: z.int().min(1).max(600).optional() };
const envs = { envs: z.array(part.Variable).optional() };

export const Service = z.strictObject({
  name: part.ComponentName,
  ...part.sources,
  ...part.build,
  ...part.running,
  ...part.observed,
  ...envs,
  autoscaling: part.Autoscaling.optional(),
  http_port: z.int().min(1).max(65_535).optional(),
  protocol: z.enum(["HTTP", "HTTP2"]).optional(),
  internal_ports: z.array(z.int().min(1).max(65_535)).optional(),
  routes: part.Routes.optional(),
  cors: part.Cors.optional(),
  health_check: part.HealthCheck.optional(),
  liveness_health_check: part.LivenessCheck.optional(),
  inactivity_sleep: z.strictObject({ after_seconds: z.int().min(1).optional() }).optional(),
  termination: z.strictObject({ ...grace, drain_seconds: z.int().min(1).max(110).optional() }).optional(),
});

export const Worker = z.strictObject({
  name: part.ComponentName,
  ...part.sources,
  ...part.build,
  ...part.running,
  ...part.observed,
  ...envs,
  autoscaling: part.Autoscaling.optional(),
  liveness_health_check: part.LivenessCheck.optional(),
  termination: z.strictObject(grace).optional(),
});

export const Job = z.strictObject({
  name: part.ComponentName,
  ...part.sources,
  ...part.build,
  ...part.running,
  ...part.observed,
  ...envs,
  kind: z.enum(["UNSPECIFIED", "PRE_DEPLOY", "POST_DEPLOY", "FAILED_DEPLOY", "SCHEDULED"]).optional(),
  schedule: z.strictObject({ cron: z.string(), time_zone: z.string().optional() }).optional(),
  timeout: z.string().optional(),
  termination: z.strictObject(grace).optional(),
});

export const StaticSite = z.strictObject({
  name: part.ComponentName,
  ...part.sources,
  ...part.build,
  ...envs,
  output_dir: z.string().optional(),
  index_document: z.string().optional(),
  error_document: z.string().optional(),
  catchall_document: z.string().optional(),
  routes: part.Routes.optional(),
  cors: part.Cors.optional(),
});

const Domain = z.strictObject({
  domain: z.string().min(4).max(253),
  type: z.enum(["UNSPECIFIED", "DEFAULT", "PRIMARY", "ALIAS"]).optional(),
  wildcard: z.boolean().optional(),
  zone: z.string().optional(),
  certificate: z.string().optional(),
  minimum_tls_version: z.enum(["1.2", "1.3"]).optional(),
});

const Match = z.strictObject({ prefix: z.string().optional(), exact: z.string().optional() });

const IngressRule = z.strictObject({
  match: z.strictObject({ path: Match.optional(), authority: Match.optional() }).optional(),
  component: z
    .strictObject({
      name: z.string(),
      preserve_path_prefix: z.boolean().optional(),
      rewrite: z.string().optional(),
    })
    .optional(),
  redirect: z
    .strictObject({
      uri: z.string().optional(),
      authority: z.string().optional(),
      port: z.int().optional(),
      scheme: z.enum(["http", "https"]).optional(),
      redirect_code: z
        .union([
          z.literal(300),
          z.literal(301),
          z.literal(302),
          z.literal(303),
          z.literal(304),
          z.literal(307),
          z.literal(308),
        ])
        .optional(),
    })
    .optional(),
  cors: part.Cors.optional(),
});

const SecureHeader = z.strictObject({
  key: z.string().optional(),
  value: z.string().optional(),
  remove_header: z.boolean().optional(),
});

/** The description of an app, as clients send it. */
export const AppSpec = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
      "must be 2 to 32 lower-case letters, digits and dashes, from a letter on",
    ),
  region: z.string().optional(),
  services: z.array(Service).optional(),
  workers: z.array(Worker).optional(),
  jobs: z.array(Job).optional(),
  static_sites: z.array(StaticSite).optional(),
  envs: z.array(part.Variable).optional(),
  domains: z.array(Domain).optional(),
  alerts: z.array(part.AppAlert).optional(),
  ingress: z
    .strictObject({ rules: z.array(IngressRule).optional(), secure_header: SecureHeader.optional() })
    .optional(),
  egress: z.strictObject({ type: z.enum(["AUTOASSIGN", "DEDICATED_IP"]).optional() }).optional(),
  features: z.array(z.string()).optional(),
  maintenance: z
    .strictObject({
      enabled: z.boolean().optional(),
      archive: z.boolean().optional(),
      offline_page_url: z.string().optional(),
    })
    .optional(),
  vpc: z.strictObject({ id: z.string() }).optional(),
  disable_edge_cache: z.boolean().optional(),
  disable_email_obfuscation: z.boolean().optional(),
  enhanced_threat_control_enabled: z.boolean().optional(),
});

export type AppSpec = z.output<typeof AppSpec>;
export type Component =
  | z.output<typeof Service>
  | z.output<typeof Worker>
  | z.output<typeof Job>
  | z.output<typeof StaticSite>;

/** The components that run, or run once. */
export const runningComponents = (spec: AppSpec) => [
  ...(spec.services ?? []),
  ...(spec.workers ?? []),
  ...(spec.jobs ?? []),
];

export const allComponents = (spec: AppSpec): Component[] => [
  ...runningComponents(spec),
  ...(spec.static_sites ?? []),
];
