import { heartbeatBucketName, spacesKeyName } from "../naming.ts";
import type { Settings } from "../schema.ts";
import { keyRotations } from "./key-rotations.ts";
import { heartbeatKeyUses } from "./key-uses.ts";
import { heartbeatKeySecretName } from "./secret-names.ts";

/** The bucket of the heartbeats and its keys, named. */
export function planHeartbeatBucket({ bucket, region }: Settings["backup"]) {
  const bucketName = heartbeatBucketName(bucket);
  return {
    ...{ bucketName, region },
    keyNames: { hosts: spacesKeyName(bucketName, "hosts"), outside: spacesKeyName(bucketName, "outside") },
  };
}

/** How often each key of the bucket has been rotated. */
export const heartbeatKeyRotations = (settings: Pick<Settings, "secrets">) =>
  keyRotations(heartbeatKeyUses, heartbeatKeySecretName, settings);
