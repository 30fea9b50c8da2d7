import { z } from "zod";

/** How the engine marks a secret in an export or a plan that shows them. */
const shownSecret = z.looseObject({ "4dabf18193072939515e22adb298388d": z.string(), plaintext: z.string() });

/** What a shown secret holds; undefined where a value is none. It stays in memory. */
export function revealed(value: unknown): { readonly value: unknown } | undefined {
  const { data } = shownSecret.safeParse(value);
  return data && { value: JSON.parse(data.plaintext) };
}

/** A value of an export with `--show-secrets`, every secret in it opened, however deep it lies. It stays in memory. */
export function opened(value: unknown): unknown {
  const secret = revealed(value);
  if (secret !== undefined) return opened(secret.value);
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, opened(part)]));
}

/**
 * Changes what lies in a value of an export with `--show-secrets`, and leaves it the secret that it was: providers make a whole
 * list one secret when something in it is one.
 */
export function changeWithin(value: unknown, change: (open: unknown) => unknown): unknown {
  const secret = shownSecret.safeParse(value);
  if (!secret.success) return change(value);
  const changed = changeWithin(JSON.parse(secret.data.plaintext), change);
  return { ...secret.data, plaintext: JSON.stringify(changed) };
}
