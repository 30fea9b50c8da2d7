import { z } from "zod";
import { appType } from "../stack/apps.ts";
import { engineSays } from "../stack/engine.ts";
import { opened } from "../stack/opened.ts";
import type { AppVariables } from "./app-differences.ts";
import { AppPlatform } from "./app-platform.ts";

/** The variables of an app: as the stack has them, and as they are at the platform. */
export interface KnownVariables {
  readonly was: AppVariables;
  readonly is: AppVariables;
}

const component = z.object({
  name: z.string(),
  envs: z
    .array(z.object({ key: z.string(), type: z.string().optional(), value: z.string().optional() }))
    .nullish(),
});
const components = z.array(component).nullish();
/** The program's words and the platform's differ in one name. */
const specification = z.object({
  ...{ services: components, workers: components, jobs: components, functions: components },
  ...{ staticSites: components, static_sites: components },
});
const stateSchema = z.object({
  deployment: z.object({
    resources: z.array(
      z.object({
        ...{ urn: z.string(), type: z.string(), id: z.string().optional() },
        outputs: z.object({ spec: z.unknown().optional() }).optional(),
      }),
    ),
  }),
});

/**
 * Reads the variables of these apps from the state, its secrets opened in memory, and from the platform.
 *
 * @param urns apps of the environment
 * @throws Failure in the engine's or the platform's words
 */
export async function variablesOf(
  environment: string,
  urns: readonly string[],
): Promise<ReadonlyMap<string, KnownVariables>> {
  if (urns.length === 0) return new Map();
  const words = ["stack", "export", "--stack", environment, "--show-secrets"];
  const state = await engineSays(words, `the state of ${environment} cannot be read`);
  const { resources } = stateSchema.parse(JSON.parse(state)).deployment;
  const platform = new AppPlatform();
  const found = resources.flatMap(({ urn, type, id, outputs }) =>
    type === appType && urns.includes(urn) && id !== undefined
      ? [{ urn, id, was: variablesIn(opened(outputs?.spec)) }]
      : [],
  );
  return new Map(
    await Promise.all(
      found.map(
        async ({ urn, id, was }) =>
          [urn, { was, is: variablesIn(await platform.specification(id)) }] as const,
      ),
    ),
  );
}

/** The variables in a specification, in the program's words or the platform's. */
export function variablesIn(spec: unknown): AppVariables {
  const { data } = specification.safeParse(spec);
  const all = Object.values(data ?? {}).flatMap((some) => some ?? []);
  return Object.fromEntries(all.map(({ name, envs }) => [name, envs ?? []]));
}
