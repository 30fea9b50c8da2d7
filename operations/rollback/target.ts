import { Failure } from "../failure.ts";
import { currentRelease, lastHealthy } from "../releases/history.ts";
import type { Release } from "../releases/release.ts";

/** From where a way back leads to where. */
export interface WayBack {
  /** The release that runs; undefined where none was ever carried through. */
  readonly from: Release | undefined;
  readonly to: Release;
}

/**
 * Finds the release to go back to: the one that is named, or the last healthy one before what runs. One that was begun leads to
 * the same release again until it is there; so does one that is through, so that nobody goes further back by asking twice.
 *
 * @param releases the newest first
 * @param runsNow whether a release is just what runs
 * @param named release that somebody has named
 * @throws Failure when there is none
 */
export function wayBack(
  environment: string,
  releases: readonly Release[],
  runsNow: (release: Release) => boolean,
  named?: string,
): WayBack {
  const from = currentRelease(releases);
  if (named !== undefined) return { from, to: requireRelease(environment, releases, named) };
  const [newest] = releases;
  if (newest === undefined)
    throw new Failure(
      `no release of ${environment} has been recorded, so nothing is known to go back to`,
      `./scripts/ops deliver ${environment} records them; until then git revert and pulumi up go back`,
    );
  const to =
    newest.rollback === undefined
      ? lastHealthyOf(releases, newest, runsNow)
      : releases.find(({ name }) => name === newest.rollback?.to);
  if (to === undefined)
    throw new Failure(
      `no release of ${environment} before ${newest.name} was healthy`,
      `./scripts/ops releases ${environment} --json lists all; --to RELEASE goes to one of them`,
    );
  return { from, to };
}

/** The last healthy release that is not the one that went wrong. */
function lastHealthyOf(
  releases: readonly Release[],
  newest: Release,
  runsNow: (release: Release) => boolean,
): Release | undefined {
  // Something that nobody recorded was applied since a healthy release: that one is the last.
  const isWhatWentWrong = newest.result === "healthy" && runsNow(newest);
  return lastHealthy(releases, isWhatWentWrong ? newest.name : undefined);
}

function requireRelease(environment: string, releases: readonly Release[], named: string): Release {
  const found = releases.find(({ name }) => name === named);
  if (found !== undefined && found.result !== "failed") return found;
  const others = releases.filter(({ result }) => result === "healthy").map(({ name }) => name);
  throw new Failure(
    found === undefined
      ? `${environment} has no release "${named}"`
      : `the release ${named} of ${environment} failed on the way, so it was never whole`,
    others.length === 0
      ? `./scripts/ops releases ${environment} shows what there is`
      : `name a healthy one: ${others.slice(0, 5).join(", ")}`,
  );
}
