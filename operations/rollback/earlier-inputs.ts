import { z } from "zod";
import { Failure } from "../failure.ts";
import type { Release } from "../releases/release.ts";
import { opened } from "../stack/opened.ts";
import { passphrase } from "../stack/passphrase.ts";
import { StateBucket } from "../state/bucket.ts";
import { open } from "../state/copy.ts";
import { shownState } from "../state/proof.ts";
import { placesOf } from "../state/stack-state.ts";

/** What a resource was declared with when a release was through, by its URN; undefined where it was not there. */
export type EarlierInputs = (urn: string) => unknown;

const stateSchema = z.object({
  deployment: z.object({ resources: z.array(z.object({ urn: z.string(), inputs: z.unknown().optional() })) }),
});

/**
 * Opens the copy of the state that was kept with a release. Its secrets stay in memory.
 *
 * @returns undefined where no copy was kept, or none can be opened
 */
export async function earlierInputs({ environment, stateCopy }: Release): Promise<EarlierInputs | undefined> {
  if (stateCopy === null) return undefined;
  for (const place of placesOf(environment)) {
    try {
      const sealed = await new StateBucket(place).get(stateCopy);
      const secret = passphrase();
      const state = await shownState(await open(sealed, secret, stateCopy), secret);
      const { resources } = stateSchema.parse(state).deployment;
      return (urn) => resources.find((one) => one.urn === urn)?.inputs;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
  return undefined;
}

/** Paths at which two values differ, secrets opened; without what providers add of their own. */
export function differingPaths(one: unknown, other: unknown): string[] {
  return differing(opened(one), opened(other), "");
}

function differing(left: unknown, right: unknown, path: string): string[] {
  if (!isTree(left) || !isTree(right) || Array.isArray(left) !== Array.isArray(right))
    return left === right ? [] : [path];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter(
    (name) => name !== "__defaults",
  );
  return names.flatMap((name) => {
    const inner = Array.isArray(left) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`;
    return differing(left[name], right[name], inner);
  });
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
