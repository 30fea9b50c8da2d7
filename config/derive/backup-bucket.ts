import { secondBucketName, spacesKeyName } from "../naming.ts";
import type { Settings } from "../schema.ts";
import { keyRotations } from "./key-rotations.ts";
import { spacesKeyUses } from "./key-uses.ts";
import { spacesKeySecretName } from "./secret-names.ts";

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
export const spacesKeyRotations = (settings: Pick<Settings, "secrets">) =>
  keyRotations(spacesKeyUses, spacesKeySecretName, settings);
