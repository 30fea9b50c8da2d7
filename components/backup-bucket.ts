import * as pulumi from "@pulumi/pulumi";
import type { SpacesKeyUse } from "../config/derive/key-uses.ts";
import * as digitalocean from "./digitalocean.ts";
import { type SpacesCredentials, type SpacesKeyArgs, spacesKey } from "./spaces-key.ts";

/** Where backups go. */
export interface BackupBucketArgs {
  readonly bucketName: string;
  readonly region: string;
  /** Name of the second copy's bucket; names are shared by all regions. */
  readonly secondBucketName: string;
  /** Region of the second copy; a different one. */
  readonly secondRegion: string;
  /** Days an overwritten or deleted object can still be brought back. */
  readonly noncurrentVersionDays: number;
  /** Whether a bucket that is deleted goes with everything in it; only for environments that are thrown away. @default false */
  readonly isThrownAway?: boolean;
  /** Names of the keys, by use. */
  readonly keyNames: Readonly<Record<SpacesKeyUse, string>>;
  /** How often each key has been rotated: another number makes a new key, and then deletes the one before. @default 0 */
  readonly rotations?: Partial<Record<SpacesKeyUse, number | undefined>>;
}

/**
 * Two private, versioned buckets in two regions, and a key for each use. They hold data: protect them in production.
 *
 * Spaces does not replicate between regions, and its keys are per bucket and read-write at most
 * (https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/). So what protects a backup from the key
 * that wrote it is versioning here, and a second bucket that the writer cannot open.
 */
export class BackupBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly secondBucketName: pulumi.Output<string>;
  /** DigitalOcean's URNs, for projects. */
  readonly bucketUrns: pulumi.Output<string>[];
  /**
   * A key for each use: the writer writes the first bucket; the reader reads both, for restores; the copier reads the
   * first and writes the second, and is not kept where the writer is.
   */
  readonly keys: Readonly<Record<SpacesKeyUse, SpacesCredentials>>;

  constructor(name: string, args: BackupBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:backup:BackupBucket", name, {}, opts);

    const makeBucket = (use: string, bucketName: string, region: string) =>
      new digitalocean.SpacesBucket(
        `${name}-${use}`,
        {
          name: bucketName,
          region,
          acl: "private",
          ...(args.isThrownAway ? { forceDestroy: true } : {}),
          versioning: { enabled: true },
          lifecycleRules: [
            {
              id: "expire-noncurrent-versions",
              enabled: true,
              noncurrentVersionExpiration: { days: args.noncurrentVersionDays },
            },
            { id: "abort-unfinished-uploads", enabled: true, abortIncompleteMultipartUploadDays: 7 },
          ],
        },
        // The provider plans a new name as an update in place, which then fails: a renamed bucket is another bucket.
        { parent: this, replaceOnChanges: ["name"] },
      );
    const makeKey = (use: SpacesKeyUse, grants: SpacesKeyArgs["grants"]) =>
      spacesKey(
        `${name}-${use}`,
        { keyName: args.keyNames[use], grants, rotation: args.rotations?.[use] },
        this,
      );

    const first = makeBucket("first", args.bucketName, args.region);
    const second = makeBucket("second", args.secondBucketName, args.secondRegion);
    this.bucketName = first.name;
    this.secondBucketName = second.name;
    this.bucketUrns = [first.bucketUrn, second.bucketUrn];
    this.keys = {
      writer: makeKey("writer", [{ bucket: first.name, permission: "readwrite" }]),
      reader: makeKey("reader", [
        { bucket: first.name, permission: "read" },
        { bucket: second.name, permission: "read" },
      ]),
      copier: makeKey("copier", [
        { bucket: first.name, permission: "read" },
        { bucket: second.name, permission: "readwrite" },
      ]),
    };

    this.registerOutputs({
      bucketName: this.bucketName,
      secondBucketName: this.secondBucketName,
      bucketUrns: this.bucketUrns,
      keys: this.keys,
    });
  }
}
