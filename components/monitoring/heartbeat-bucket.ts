import * as pulumi from "@pulumi/pulumi";
import type { HeartbeatKeyUse } from "../../config/derive/key-uses.ts";
import * as digitalocean from "../digitalocean.ts";
import { type SpacesCredentials, spacesKey } from "../spaces-key.ts";

/** Where heartbeats go. */
export interface HeartbeatBucketArgs {
  readonly bucketName: string;
  readonly region: string;
  /** Whether a bucket that is deleted goes with everything in it; only for environments that are thrown away. @default false */
  readonly isThrownAway?: boolean;
  /** Names of the keys, by use. */
  readonly keyNames: Readonly<Record<HeartbeatKeyUse, string>>;
  /** How often each key has been rotated: another number makes a new key, and then deletes the one before. @default 0 */
  readonly rotations?: Partial<Record<HeartbeatKeyUse, number | undefined>>;
}

/** How long an overwritten object can still be brought back: heartbeats are overwritten every few minutes. */
const noncurrentVersionDays = 7;

/** Days after which a month of history is gone: thirteen months and the month itself. */
const historyDays = 430;

/**
 * A small bucket in which every host says every five minutes that it watches, for the other hosts and for whoever looks
 * from outside. The keys open nothing else, so the one that leaves the stack is worth little. The history of how fast and
 * how often services answered is kept there as well, where it survives its host. It holds data: protect it.
 */
export class HeartbeatBucket extends pulumi.ComponentResource {
  /** DigitalOcean's URN, for projects. */
  readonly bucketUrn: pulumi.Output<string>;
  readonly keys: Readonly<Record<HeartbeatKeyUse, SpacesCredentials>>;

  constructor(name: string, args: HeartbeatBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:monitoring:HeartbeatBucket", name, {}, opts);
    const bucket = new digitalocean.SpacesBucket(
      `${name}-bucket`,
      {
        ...{ name: args.bucketName, region: args.region, acl: "private", versioning: { enabled: true } },
        ...(args.isThrownAway ? { forceDestroy: true } : {}),
        lifecycleRules: [
          {
            id: "expire-noncurrent-versions",
            enabled: true,
            noncurrentVersionExpiration: { days: noncurrentVersionDays },
          },
          { id: "expire-history", enabled: true, prefix: "history/", expiration: { days: historyDays } },
        ],
      },
      // The provider plans a new name as an update in place, which then fails: a renamed bucket is another bucket.
      { parent: this, replaceOnChanges: ["name"] },
    );
    const makeKey = (use: HeartbeatKeyUse, permission: "read" | "readwrite") =>
      spacesKey(
        `${name}-${use}`,
        {
          keyName: args.keyNames[use],
          grants: [{ bucket: bucket.name, permission }],
          rotation: args.rotations?.[use],
        },
        this,
      );
    this.bucketUrn = bucket.bucketUrn;
    this.keys = { hosts: makeKey("hosts", "readwrite"), outside: makeKey("outside", "read") };
    this.registerOutputs({ bucketUrn: this.bucketUrn, keys: this.keys });
  }
}
