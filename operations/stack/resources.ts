import { z } from "zod";
import { engineSays } from "./engine.ts";

const exported = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
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
  const shown = z.object({ plaintext: z.string() }).parse(found?.outputs[output]);
  return z.string().parse(JSON.parse(shown.plaintext));
}

function resourcesIn(text: string): StackResource[] {
  const { resources } = exported.parse(JSON.parse(text)).deployment;
  return resources
    .filter((resource) => !resource.delete)
    .map(({ urn, created, protect, outputs }) => ({
      name: urn.split("::").at(-1) ?? "",
      ...{ urn, created, protect, outputs },
    }));
}
