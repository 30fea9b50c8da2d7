import type * as pulumi from "@pulumi/pulumi";
import { jobBeforeDeployment } from "../../config/naming.ts";
import type * as digitalocean from "../digitalocean.ts";
import type { Notifications } from "../monitoring/notifications.ts";

/** The environment of an app: what it is given, and whether that is a secret. */
export type AppVariables = Readonly<
  Record<string, { readonly value: pulumi.Input<string>; readonly secret: boolean }>
>;

/** What an app's specification is made of. */
export interface SpecificationInput {
  readonly appName: string;
  readonly appRegion: string;
  /** Name of the one service inside the app. */
  readonly componentName: string;
  readonly hostName: string;
  readonly image: {
    readonly registryType: string;
    readonly registry?: string | undefined;
    readonly repository: string;
    readonly tag?: string | undefined;
    readonly digest?: string | undefined;
  };
  readonly size: string;
  readonly port: number;
  readonly healthPath: string;
  readonly initialDelaySeconds: number;
  readonly variables: AppVariables;
  /** A command of the image that runs to its end before each deployment. @default none */
  readonly beforeDeployment?: string | undefined;
  /** Who is told by the app's alerts. */
  readonly notifications: Notifications;
}

/**
 * The specification of an app: one service, what runs before it, its health check, its alerts and its domain.
 *
 * Secrets are typed SECRET and given at run time only, never at build time, where they would end in an image.
 * https://docs.digitalocean.com/products/app-platform/reference/app-spec/
 */
export function appSpecification(input: SpecificationInput): digitalocean.types.input.AppSpec {
  const told = alertDestinations(input.notifications);
  const instance = {
    image: exactImage(input.image),
    instanceSizeSlug: input.size,
    instanceCount: 1,
    envs: environment(input.variables),
  };
  return {
    name: input.appName,
    region: input.appRegion,
    domainNames: [{ name: input.hostName, type: "PRIMARY" }],
    alerts: [
      { rule: "DEPLOYMENT_FAILED", ...told },
      { rule: "DOMAIN_FAILED", ...told },
    ],
    services: [
      {
        name: input.componentName,
        ...instance,
        httpPort: input.port,
        healthCheck: {
          httpPath: input.healthPath,
          initialDelaySeconds: input.initialDelaySeconds,
          periodSeconds: 30,
          timeoutSeconds: 10,
          successThreshold: 1,
          failureThreshold: 3,
        },
        alerts: [
          { ...told, rule: "CPU_UTILIZATION", operator: "GREATER_THAN", value: 80, window: "TEN_MINUTES" },
          { ...told, rule: "MEM_UTILIZATION", operator: "GREATER_THAN", value: 85, window: "TEN_MINUTES" },
          { ...told, rule: "RESTART_COUNT", operator: "GREATER_THAN", value: 3, window: "TEN_MINUTES" },
        ],
      },
    ],
    // One that fails is told of as the deployment it ends.
    ...(input.beforeDeployment !== undefined && {
      jobs: [
        { name: jobBeforeDeployment, kind: "PRE_DEPLOY", runCommand: input.beforeDeployment, ...instance },
      ],
    }),
  };
}

function exactImage({ registryType, registry, repository, tag, digest }: SpecificationInput["image"]) {
  return {
    registryType,
    repository,
    ...(registry === undefined ? {} : { registry }),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function environment(variables: AppVariables) {
  return Object.entries(variables)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([key, { value, secret }]) => ({
      key,
      value,
      scope: "RUN_TIME",
      type: secret ? "SECRET" : "GENERAL",
    }));
}

/** Who is told, in the words of an app's alerts; nobody but the account's owner learns of them otherwise. */
function alertDestinations({ emails, slack }: Notifications) {
  return {
    destinations: {
      emails: [...emails],
      ...(slack && { slackWebhooks: [{ channel: slack.channel, url: slack.webhookUrl }] }),
    },
  };
}
