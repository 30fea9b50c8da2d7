import type { Settings } from "../schema.ts";

/**
 * How often each of some keys has been rotated.
 *
 * @param secretName a key's name, as `./scripts/ops rotate` knows it
 */
export function keyRotations<Use extends string>(
  uses: readonly Use[],
  secretName: (use: Use) => string,
  { secrets }: Pick<Settings, "secrets">,
): Partial<Record<Use, number>> {
  const rotations = uses.map((use) => [use, secrets.rotations[secretName(use)] ?? 0] as const);
  return Object.fromEntries(rotations) as Partial<Record<Use, number>>;
}
