import { secondBucketName, spacesKeyName } from "../naming.ts";
import type { Settings } from "../schema.ts";

/** The backup buckets and their keys, named. */
export function planBackupBucket(backup: Settings["backup"], protectData = true) {
  const { bucket, region, secondRegion, noncurrentVersionDays } = backup;
  return {
    bucketName: bucket,
    region,
    secondBucketName: secondBucketName(bucket, secondRegion),
    secondRegion,
    noncurrentVersionDays,
    isThrownAway: !protectData,
    keyNames: {
      writer: spacesKeyName(bucket, "writer"),
      reader: spacesKeyName(bucket, "reader"),
      copier: spacesKeyName(bucket, "copier"),
    },
  };
}
