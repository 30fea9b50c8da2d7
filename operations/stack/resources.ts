import { z } from "zod";
import { engineSays } from "./engine.ts";
import { revealed } from "./opened.ts";

const exported = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          id: z.string().optional(),
          created: z.string().optional(),
          protect: z.boolean().default(false),
          delete: z.boolean().default(false),
          outputs: z.record(z.string(), z.unknown()).default({}),
        }),
      )
      .default([]),
  }),
});

/** One resource of a stack's state, as far as operations look at it. */
export interface StackResource {
  readonly name: string;
  readonly urn: string;
  /** The vendor's id; a component has none. */
  readonly id?: string | undefined;
  /** When it was made, in ISO 8601; undefined for what was made before the engine wrote that down. */
  readonly created?: string | undefined;
  readonly protect: boolean;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * The resources in a stack's state; its secrets stay closed. What has been replaced and only waits for its end is left out.
 *
 * @throws Failure in the engine's words when it cannot be read
 */
export async function stackResources(environment: string): Promise<StackResource[]> {
  const words = ["stack", "export", "--stack", environment];
  return resourcesIn(await engineSays(words, `the state of ${environment} cannot be read`));
}

/**
 * A secret that a resource made. It stays in memory.
 *
 * @throws Failure in the engine's words when the state cannot be opened
 */
export async function secretOutput(environment: string, name: string, output: string): Promise<string> {
  const words = ["stack", "export", "--stack", environment, "--show-secrets"];
  const text = await engineSays(words, `the state of ${environment} cannot be opened`);
  const found = resourcesIn(text).find((resource) => resource.name === name);
  return z.string().parse(revealed(found?.outputs[output])?.value);
}

/**
 * Every secret that the resources of a stack made, by the resource's name and the output's. They stay in memory.
 *
 * @throws Failure in the engine's words when the state cannot be opened
 */
export async function secretsMade(
  environment: string,
): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>> {
  const words = ["stack", "export", "--stack", environment, "--show-secrets"];
  const text = await engineSays(words, `the state of ${environment} cannot be opened`);
  return Object.fromEntries(
    resourcesIn(text).flatMap(({ name, outputs }) => {
      const secrets = Object.entries(outputs).flatMap(([output, value]) => {
        const secret = revealed(value);
        return secret === undefined ? [] : [[output, secret.value] as const];
      });
      // A key is nothing without its name, which is no secret.
      const { accessKey } = outputs;
      const named = typeof accessKey === "string" ? { accessKey } : {};
      return secrets.length === 0 ? [] : [[name, { ...named, ...Object.fromEntries(secrets) }] as const];
    }),
  );
}

function resourcesIn(text: string): StackResource[] {
  const { resources } = exported.parse(JSON.parse(text)).deployment;
  return resources
    .filter((resource) => !resource.delete)
    .map(({ urn, id, created, protect, outputs }) => ({
      name: urn.split("::").at(-1) ?? "",
      ...{ urn, id, created, protect, outputs },
    }));
}
