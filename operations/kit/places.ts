import { Failure } from "../failure.ts";
import { StateBucket } from "../state/bucket.ts";
import { placesOf } from "../state/stack-state.ts";

/** Which of the two buckets: the backups' own, or the one in the second region. */
export type Copy = "first" | "second";

/** A kit in a bucket, by what its name says. */
export interface KitName {
  readonly name: string;
  readonly takenAt: Date;
  /** Which shares open it. */
  readonly set: string;
}

/** Name of a kit in both buckets. */
export function kitName(environment: string, takenAt: string, set: string): string {
  return `kit/${environment}/kits/${takenAt.replace(/[-:]|\.\d+/g, "")}-${set}.tar.age`;
}

const form =
  /\/(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)T(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)Z-(?<set>[0-9a-f]{8})\.tar\.age$/;

/** What a kit's name says; undefined for what is no kit. */
export function readKitName(name: string): KitName | undefined {
  const groups = form.exec(name)?.groups;
  if (groups === undefined) return undefined;
  const { year, month, day, hour, minute, second, set = "" } = groups;
  return { name, takenAt: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`), set };
}

const dayMs = 24 * 3600 * 1000;

/** What is wrong with a kit's age, as a sentence without its end; nothing where it is young enough. */
export function tooOld({ takenAt }: KitName, now: Date, maxAgeDays: number): string[] {
  const days = Math.floor((now.getTime() - takenAt.getTime()) / dayMs);
  return days > maxAgeDays ? [`it is ${days} days old, and may be ${maxAgeDays}`] : [];
}

/** The bucket of one copy. */
export function kitBucket(environment: string, copy: Copy): StateBucket {
  const [first, second] = placesOf(environment);
  const place = copy === "first" ? first : second;
  if (place === undefined) throw new Failure(`${environment} has no bucket for a ${copy} copy`);
  return new StateBucket(place);
}

/** The kits in a bucket, the newest first. */
export async function kitsIn(bucket: StateBucket, environment: string): Promise<KitName[]> {
  const names = await bucket.names(`kit/${environment}/kits/`);
  return names.flatMap((name) => readKitName(name) ?? []).reverse();
}

/**
 * A kit in a bucket.
 *
 * @param at its name or the end of it; the newest when left out
 * @throws Failure when there is none
 */
export async function findKit(
  bucket: StateBucket,
  environment: string,
  at: string | undefined,
): Promise<KitName> {
  const kits = await kitsIn(bucket, environment);
  const found = at === undefined ? kits[0] : kits.find(({ name }) => name === at || name.endsWith(`/${at}`));
  if (found !== undefined) return found;
  throw new Failure(
    `${bucket.place.bucket} has no ${at === undefined ? `kit of ${environment}` : `kit ${at}`}`,
    `./scripts/ops kit list ${environment} shows what there is; ./scripts/ops kit make ${environment} makes one`,
  );
}
