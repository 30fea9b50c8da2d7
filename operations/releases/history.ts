import { Failure } from "../failure.ts";
import { StateBucket } from "../state/bucket.ts";
import { placesOf } from "../state/stack-state.ts";
import { type Release, releaseSchema } from "./release.ts";

/**
 * The releases of environments lie in both backup buckets, beside the copies of the state: whoever has to rebuild everything
 * finds out there what ran.
 */

const folder = (environment: string) => `releases/${environment}/`;

/** Keeps a release in both buckets, and reads it back. */
export async function keepRelease(release: Release): Promise<void> {
  const content = Buffer.from(JSON.stringify(release));
  const name = `${folder(release.environment)}${release.name}.json`;
  for (const place of placesOf(release.environment)) await new StateBucket(place).put(name, content);
}

/**
 * The releases of an environment, the newest first, from the first bucket, or the second where the first cannot be read.
 *
 * @throws Failure when neither can be read
 */
export async function releasesOf(environment: string): Promise<Release[]> {
  const failures: Failure[] = [];
  for (const place of placesOf(environment)) {
    const bucket = new StateBucket(place);
    try {
      const names = (await bucket.names(folder(environment))).filter((name) => name.endsWith(".json"));
      const texts = await Promise.all(names.reverse().map((name) => bucket.get(name)));
      return texts.map((text) => releaseSchema.parse(JSON.parse(Buffer.from(text).toString("utf8"))));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failures.push(error);
    }
  }
  throw new Failure(failures.map(({ message }) => message).join("; "));
}

/** What runs: the last release that the engine carried through. */
export function currentRelease(releases: readonly Release[]): Release | undefined {
  return releases.find(({ result }) => result !== "failed");
}

/**
 * The last release that was healthy.
 *
 * @param before only releases older than the one of this name, for a way back from it
 */
export function lastHealthy(releases: readonly Release[], before?: string): Release | undefined {
  return releases.find(({ result, name }) => result === "healthy" && (before === undefined || name < before));
}
