import type { Cloud } from "../core/cloud.ts";
import { isSealed } from "../core/sealing.ts";

/** Everything the cloud holds, by collection. Sealed values are left out: they are secrets. */
export function inventory(cloud: Cloud): unknown {
  return withoutSealed(cloud.store.inventory());
}

function withoutSealed(value: unknown): unknown {
  if (isSealed(value)) return "[secret]";
  if (Array.isArray(value)) return value.map(withoutSealed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, withoutSealed(field)]));
}
