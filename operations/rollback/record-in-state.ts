import { z } from "zod";
import { jobBeforeDeployment } from "../../config/naming.ts";
import { Failure } from "../failure.ts";
import type { Release } from "../releases/release.ts";
import { engineSays } from "../stack/engine.ts";
import { changeWithin } from "../stack/opened.ts";

/** What the platform has made of an app, while the engine was not asked. */
export interface AppAsItIs {
  readonly urn: string;
  /** Name of its service inside the app; what runs before it has the same image. */
  readonly service: string;
  /** The deployment that serves. */
  readonly deployment: string;
  /** Its image; null where the stack does not own the specification. */
  readonly image: Release["images"][string] | null;
}

const components = z.array(z.looseObject({ name: z.string(), image: z.looseObject({}).optional() }));
const side = z.looseObject({ spec: z.looseObject({ services: z.unknown(), jobs: z.unknown().optional() }) });
const stateSchema = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(
      z.looseObject({
        urn: z.string(),
        inputs: z.unknown().optional(),
        outputs: z.record(z.string(), z.unknown()).optional(),
      }),
    ),
  }),
});

/**
 * Writes into an environment's state what the platform has done by itself, so that the next preview agrees and nothing is deployed
 * once more. A refresh would know it too, and would take every encrypted variable for a change (docs/decisions/0008).
 *
 * @throws Failure in the engine's words when the state cannot be read or written
 */
export async function recordInState(environment: string, apps: readonly AppAsItIs[]): Promise<void> {
  // Opened, in memory alone, for a provider makes all that an app's components are one secret. The engine closes it again.
  const exported = ["stack", "export", "--stack", environment, "--show-secrets"];
  const text = await engineSays(exported, `the state of ${environment} cannot be read`);
  const changed = withApps(JSON.parse(text), apps);
  const input = JSON.stringify(changed);
  if (input === JSON.stringify(JSON.parse(text))) return;
  const words = ["stack", "import", "--stack", environment];
  await engineSays(words, `what the platform has done cannot be written into the state of ${environment}`, {
    input,
  });
}

/** An exported state with these apps as they are; everything else in it is as it was. */
export function withApps(state: unknown, apps: readonly AppAsItIs[]): unknown {
  const parsed = stateSchema.parse(state);
  const resources = parsed.deployment.resources.map((resource) => {
    const app = apps.find(({ urn }) => urn === resource.urn);
    if (app === undefined) return resource;
    const { inputs, outputs = {} } = resource;
    const active = { activeDeploymentId: app.deployment };
    if (app.image === null) return { ...resource, outputs: { ...outputs, ...active } };
    const image = app.image;
    return {
      ...resource,
      inputs: withImageOf(inputs, app.service, image),
      outputs: { ...withImageOf(outputs, app.service, image), ...active },
    };
  });
  return { ...parsed, deployment: { ...parsed.deployment, resources } };
}

function withImageOf(value: unknown, service: string, image: Release["images"][string]) {
  const parsed = side.safeParse(value);
  if (!parsed.success) throw unexpected(service);
  const { spec } = parsed.data;
  const named = (name: string) => (open: unknown) => {
    const found = components.safeParse(open);
    if (!found.success) throw unexpected(service);
    return found.data.map((one) => {
      if (one.name !== name) return one;
      const { registry: _registry, tag: _tag, digest: _digest, ...rest } = one.image ?? {};
      return { ...one, image: { ...rest, ...image } };
    });
  };
  const services = changeWithin(spec.services, named(service));
  const jobs = spec.jobs && changeWithin(spec.jobs, named(jobBeforeDeployment));
  return { ...parsed.data, spec: { ...spec, services, ...(jobs ? { jobs } : {}) } };
}

function unexpected(service: string): Failure {
  return new Failure(
    `the app ${service} is not in the state as it was expected, and its image cannot be written there`,
    "pulumi up: the app is deployed once more, and the state agrees",
  );
}
