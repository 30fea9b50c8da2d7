import { secondBucketName, spacesKeyName } from "../naming.ts";
import type { Settings } from "../schema.ts";
import { spacesKeySecretName } from "./secret-names.ts";

/** What a key of the backup buckets is for. */
export const spacesKeyUses = ["writer", "reader", "copier"] as const;
export type SpacesKeyUse = (typeof spacesKeyUses)[number];

/** The backup buckets and their keys, named. */
export function planBackupBucket(backup: Settings["backup"]) {
  const { bucket, region, secondRegion, noncurrentVersionDays } = backup;
  return {
    bucketName: bucket,
    region,
    secondBucketName: secondBucketName(bucket, secondRegion),
    secondRegion,
    noncurrentVersionDays,
    keyNames: {
      writer: spacesKeyName(bucket, "writer"),
      reader: spacesKeyName(bucket, "reader"),
      copier: spacesKeyName(bucket, "copier"),
    },
  };
}

/** How often each key of the buckets has been rotated. */
export function spacesKeyRotations({
  secrets,
}: Pick<Settings, "secrets">): Partial<Record<SpacesKeyUse, number>> {
  return Object.fromEntries(
    spacesKeyUses.map((use) => [use, secrets.rotations[spacesKeySecretName(use)] ?? 0] as const),
  );
}
