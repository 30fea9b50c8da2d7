import type { Release } from "../../../operations/releases/release.ts";

/** A digest that can be told from others by its letter. */
export const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** A release of production by its number, as a delivery has left it. */
export function release(number: number, differences: Partial<Release> = {}): Release {
  const minutes = String(number).padStart(2, "0");
  const finishedAt = `2026-11-26T02:${minutes}:00.000Z`;
  return {
    ...{ format: "insightpulse-release-1", name: `20261126T02${minutes}00Z`, environment: "prod" },
    ...{ startedAt: finishedAt, finishedAt, by: "somebody", link: null },
    ...{ commit: "0".repeat(40), tree: "0".repeat(40), changeSet: digest("0"), settingsHash: "0" },
    ...{ images: {}, deployments: {}, addonsCommit: null, odooUpdates: [] },
    ...{ stateCopy: null, provenBackup: null, result: "healthy", unwell: [] },
    ...differences,
  } as Release;
}
