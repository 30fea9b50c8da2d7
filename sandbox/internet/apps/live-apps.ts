import { z } from "zod";

const variable = z.object({
  key: z.string(),
  value: z.string().default(""),
  scope: z.string().optional(),
  type: z.string().optional(),
});

const service = z.object({
  name: z.string(),
  http_port: z.number(),
  health_check: z.object({ http_path: z.string().optional() }).optional(),
  envs: z.array(variable).default([]),
});

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
    deployments: z.array(z.object({ id: z.string(), spec: z.unknown() })).default([]),
  }),
});

/** A variable of an app as the vendor keeps it: a secret one is encrypted. */
export type Variable = z.output<typeof variable>;

/** A rule by which a path leads to a component. */
export type IngressRule = z.output<typeof rule>;

/** An app that has gone live, by the specification of the deployment that is live: a later one changes nothing yet. */
export interface LiveApp {
  readonly id: string;
  readonly name: string;
  /** The host name the vendor gave it. */
  readonly host: string;
  readonly deployment: string;
  readonly services: readonly z.output<typeof service>[];
  /** Variables of all components. */
  readonly variables: readonly Variable[];
  readonly rules: readonly IngressRule[];
}

/** The live apps in a state as the cloud writes it. */
export function liveAppsIn(state: unknown): LiveApp[] {
  const { apps, deployments } = stateSchema.parse(state).collections;
  return apps.flatMap(({ id, ingress_host: host, active_deployment_id: active }) => {
    const deployment = deployments.find((one) => one.id === active);
    if (!host || !deployment) return [];
    const { name, services, envs, ingress } = spec.parse(deployment.spec);
    const rules = ingress?.rules ?? [];
    return [{ id, name, host, deployment: deployment.id, services, variables: envs, rules }];
  });
}
