import { z } from "zod";

const variable = z.object({
  key: z.string(),
  value: z.string().default(""),
  scope: z.string().optional(),
  type: z.string().optional(),
});

/** An image as a specification names it. */
export const imageSource = z.object({
  registry_type: z.enum(["DOCR", "DOCKER_HUB", "GHCR"]),
  registry: z.string().optional(),
  repository: z.string(),
  tag: z.string().optional(),
  digest: z.string().optional(),
});

const component = z.object({
  name: z.string(),
  image: imageSource.optional(),
  run_command: z.string().optional(),
  envs: z.array(variable).default([]),
});

const service = component.extend({
  http_port: z.number(),
  health_check: z.object({ http_path: z.string().optional(), port: z.number().optional() }).optional(),
});

const job = component.extend({ kind: z.string().optional() });

const rule = z.object({
  match: z
    .object({ path: z.object({ prefix: z.string().optional(), exact: z.string().optional() }).optional() })
    .optional(),
  component: z
    .object({
      name: z.string(),
      preserve_path_prefix: z.boolean().optional(),
      rewrite: z.string().optional(),
    })
    .optional(),
});

const spec = z.object({
  name: z.string(),
  services: z.array(service).default([]),
  jobs: z.array(job).default([]),
  envs: z.array(variable).default([]),
  ingress: z.object({ rules: z.array(rule).default([]) }).optional(),
});

const stateSchema = z.object({
  collections: z.object({
    apps: z
      .array(
        z.object({
          id: z.string(),
          ingress_host: z.string().nullish(),
          active_deployment_id: z.string().nullish(),
        }),
      )
      .default([]),
    deployments: z
      .array(z.object({ id: z.string(), app_id: z.string(), phase: z.string(), spec: z.unknown() }))
      .default([]),
    registries: z.array(z.object({ name: z.string() })).default([]),
  }),
});

/** A variable of an app as the vendor keeps it: a secret one is encrypted. */
export type Variable = z.output<typeof variable>;

/** A rule by which a path leads to a component. */
export type IngressRule = z.output<typeof rule>;

/** Where an image of App Platform lies, in the vendor's words. */
export type ImageSource = z.output<typeof imageSource>;

/** A part of an app that is a container. */
export type Component = z.output<typeof component>;

/** One deployment of an app, by the specification it has: a later one changes nothing of it. */
export interface AppDeployment {
  /** Id of the app. */
  readonly id: string;
  readonly name: string;
  readonly deployment: string;
  readonly services: readonly z.output<typeof service>[];
  /** What runs to its end before the services start. */
  readonly jobsBefore: readonly Component[];
  /** Variables of all components. */
  readonly variables: readonly Variable[];
  readonly rules: readonly IngressRule[];
  /** Name of the account's registry, where images of its own are. */
  readonly registry: string | undefined;
}

/** An app with those of its deployments that concern whoever runs them. */
export interface DeployedApp {
  readonly id: string;
  /** The host name the vendor gave it; undefined until it first went live. */
  readonly host: string | undefined;
  readonly live: AppDeployment | undefined;
  /** The one that is being deployed at this moment. */
  readonly next: AppDeployment | undefined;
}

/** The apps in a state as the cloud writes it. */
export function deployedAppsIn(state: unknown): DeployedApp[] {
  const { apps, deployments, registries } = stateSchema.parse(state).collections;
  const read = (one: (typeof deployments)[number] | undefined): AppDeployment | undefined => {
    if (one === undefined) return undefined;
    const { name, services, jobs, envs, ingress } = spec.parse(one.spec);
    return {
      ...{ id: one.app_id, name, deployment: one.id, services, variables: envs },
      jobsBefore: jobs.filter(({ kind }) => kind === "PRE_DEPLOY"),
      rules: ingress?.rules ?? [],
      registry: registries[0]?.name,
    };
  };
  return apps.map(({ id, ingress_host, active_deployment_id: active }) => ({
    id,
    host: ingress_host ?? undefined,
    live: read(deployments.find((one) => one.id === active)),
    next: read(deployments.find((one) => one.app_id === id && one.phase === "DEPLOYING")),
  }));
}
