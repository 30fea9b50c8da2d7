import { z } from "zod";

/** Parts that several kinds of component share. */

export const ComponentName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,30}[a-z0-9]$/,
    "must be 2 to 32 lower-case letters, digits and dashes, from a letter on",
  );

export const Variable = z.strictObject({
  key: z.string().regex(/^[_A-Za-z][_A-Za-z0-9]*$/, "may only hold letters, digits and underscores"),
  value: z.string().optional(),
  scope: z.enum(["UNSET", "RUN_TIME", "BUILD_TIME", "RUN_AND_BUILD_TIME"]).optional(),
  type: z.enum(["GENERAL", "SECRET"]).optional(),
});

const hosted = z.strictObject({
  repo: z.string().min(1),
  branch: z.string().min(1),
  deploy_on_push: z.boolean().optional(),
});

export const sources = {
  git: z.strictObject({ repo_clone_url: z.string().min(1), branch: z.string().min(1) }).optional(),
  github: hosted.optional(),
  gitlab: hosted.optional(),
  bitbucket: hosted.optional(),
};

export const Image = z.strictObject({
  registry_type: z.enum(["DOCR", "DOCKER_HUB", "GHCR"]),
  registry: z.string().optional(),
  repository: z.string().min(1),
  tag: z.string().optional(),
  digest: z.string().optional(),
  registry_credentials: z.string().optional(),
  deploy_on_push: z.strictObject({ enabled: z.boolean().optional() }).optional(),
});

export const build = {
  dockerfile_path: z.string().optional(),
  build_command: z.string().optional(),
  source_dir: z.string().optional(),
  environment_slug: z.string().optional(),
};

export const AppAlert = z.strictObject({
  rule: z.enum([
    "DEPLOYMENT_FAILED",
    "DEPLOYMENT_LIVE",
    "DEPLOYMENT_STARTED",
    "DEPLOYMENT_CANCELED",
    "DOMAIN_FAILED",
    "DOMAIN_LIVE",
    "AUTOSCALE_FAILED",
    "AUTOSCALE_SUCCEEDED",
  ]),
  disabled: z.boolean().optional(),
});

export const ComponentAlert = z.strictObject({
  rule: z.enum([
    "CPU_UTILIZATION",
    "MEM_UTILIZATION",
    "RESTART_COUNT",
    "REQUESTS_PER_SECOND",
    "REQUEST_DURATION_P95_MS",
  ]),
  disabled: z.boolean().optional(),
  operator: z.enum(["GREATER_THAN", "LESS_THAN"]),
  value: z.number(),
  window: z.enum(["FIVE_MINUTES", "TEN_MINUTES", "THIRTY_MINUTES", "ONE_HOUR"]),
});

export const LogDestination = z.strictObject({
  name: z.string().min(1),
  papertrail: z.strictObject({ endpoint: z.string() }).optional(),
  datadog: z.strictObject({ endpoint: z.string().optional(), api_key: z.string() }).optional(),
  logtail: z.strictObject({ token: z.string() }).optional(),
  open_search: z
    .strictObject({
      endpoint: z.string().optional(),
      basic_auth: z.strictObject({ user: z.string().optional(), password: z.string().optional() }).optional(),
      index_name: z.string().optional(),
      cluster_name: z.string().optional(),
    })
    .optional(),
  endpoint: z.string().optional(),
  tls_insecure: z.boolean().optional(),
  headers: z.array(z.strictObject({ key: z.string(), value: z.string().optional() })).optional(),
});

const StringMatch = z.strictObject({
  exact: z.string().optional(),
  prefix: z.string().optional(),
  regex: z.string().optional(),
});

export const Cors = z.strictObject({
  allow_origins: z.array(StringMatch).optional(),
  allow_methods: z.array(z.string()).optional(),
  allow_headers: z.array(z.string()).optional(),
  expose_headers: z.array(z.string()).optional(),
  max_age: z.string().optional(),
  allow_credentials: z.boolean().optional(),
});

const seconds = (least: number, most: number) => z.int().min(least).max(most).optional();

const check = {
  initial_delay_seconds: seconds(0, 3600),
  period_seconds: seconds(1, 300),
  timeout_seconds: seconds(1, 120),
  success_threshold: seconds(1, 50),
  failure_threshold: seconds(1, 50),
  http_path: z.string().startsWith("/").optional(),
  port: z.int().min(1).max(65_535).optional(),
};

export const HealthCheck = z.strictObject({ ...check, path: z.string().optional() });
export const LivenessCheck = z.strictObject(check);

export const Autoscaling = z
  .strictObject({
    min_instance_count: z.int().min(1).max(250),
    max_instance_count: z.int().min(1).max(250),
    metrics: z.strictObject({
      cpu: z.strictObject({ percent: z.int().min(1).max(100) }).optional(),
      requests_per_second: z.strictObject({ per_instance: z.int().min(1) }).optional(),
      request_duration: z.strictObject({ p95_milliseconds: z.int().min(1) }).optional(),
    }),
  })
  .refine((bounds) => bounds.min_instance_count < bounds.max_instance_count, {
    path: ["max_instance_count"],
    message: "must be greater than min_instance_count",
  })
  .refine((bounds) => Object.values(bounds.metrics).some((metric) => metric !== undefined), {
    path: ["metrics"],
    message: "at least one metric is required",
  });

export const Routes = z.array(
  z.strictObject({ path: z.string(), preserve_path_prefix: z.boolean().optional() }),
);

export const running = {
  run_command: z.string().optional(),
  instance_size_slug: z.string().optional(),
  instance_count: z.int().min(1).max(250).optional(),
  image: Image.optional(),
};

export const observed = {
  alerts: z.array(ComponentAlert).optional(),
  log_destinations: z.array(LogDestination).optional(),
};
