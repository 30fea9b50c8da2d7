import type { Release } from "../releases/release.ts";
import type { Part } from "./settings.ts";

/** How long a part of a way back may take, in seconds, whatever it took before. */
export const allowedSeconds = { apps: 300, hosts: 60 } as const;

/** How long a part of a way back takes. */
export interface Duration {
  readonly atMostSeconds: number;
  /** What the last way back of this environment took; null where none was measured yet. */
  readonly measured: { readonly seconds: number; readonly release: string } | null;
}

/**
 * How long each part takes.
 *
 * @param releases the newest first
 */
export function durationsOf(
  releases: readonly Release[],
  part: Part,
): Partial<Record<"apps" | "hosts", Duration>> {
  return {
    ...(part === "host" ? {} : { apps: durationOf("apps", releases) }),
    ...(part === "app" ? {} : { hosts: durationOf("hosts", releases) }),
  };
}

function durationOf(which: "apps" | "hosts", releases: readonly Release[]): Duration {
  const atMostSeconds = allowedSeconds[which];
  for (const { name, rollback } of releases) {
    const seconds = rollback?.seconds[which];
    if (seconds !== undefined) return { atMostSeconds, measured: { seconds, release: name } };
  }
  return { atMostSeconds, measured: null };
}
