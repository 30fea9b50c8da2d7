import { heartbeatBucketName, spacesKeyName } from "../naming.ts";
import type { Settings } from "../schema.ts";

/** The bucket of the heartbeats and its keys, named. */
export function planHeartbeatBucket({ bucket, region }: Settings["backup"]) {
  const bucketName = heartbeatBucketName(bucket);
  return {
    ...{ bucketName, region },
    keyNames: { hosts: spacesKeyName(bucketName, "hosts"), outside: spacesKeyName(bucketName, "outside") },
  };
}
