import { z } from "zod";
import { Failure } from "../failure.ts";
import type { Release } from "../releases/release.ts";
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

/** How the engine marks a secret that it shows. */
const shownSecret = z.object({ "4dabf18193072939515e22adb298388d": z.string(), plaintext: z.string() });

/** Paths at which two values differ, secrets opened; without what providers add of their own. */
export function differingPaths(one: unknown, other: unknown, path = ""): string[] {
  const [left, right] = [opened(one), opened(other)];
  if (!isTree(left) || !isTree(right) || Array.isArray(left) !== Array.isArray(right))
    return left === right ? [] : [path];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].filter(
    (name) => name !== "__defaults",
  );
  return names.flatMap((name) => {
    const inner = Array.isArray(left) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`;
    return differingPaths(left[name], right[name], inner);
  });
}

function opened(value: unknown): unknown {
  const secret = shownSecret.safeParse(value);
  return secret.success ? JSON.parse(secret.data.plaintext) : value;
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
