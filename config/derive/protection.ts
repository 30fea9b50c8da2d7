import type { Settings } from "../schema.ts";

/** A resource option: whether the engine refuses to delete or replace what has it. */
export interface Protected {
  readonly protect: boolean;
}

/**
 * What is protected. What holds data (machines, volumes, buckets, generated secrets, keys, the zone) cannot be made again,
 * so it is protected in every environment that is not thrown away. The rest (names, apps, firewalls, tags) only costs an
 * outage, so it is protected in production.
 */
export function protection(settings: Pick<Settings, "environment" | "protectData">): {
  readonly data: Protected;
  readonly rest: Protected;
} {
  const { environment, protectData } = settings;
  return { data: { protect: protectData }, rest: { protect: protectData && environment === "prod" } };
}
