import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { ofType, recordRegistrations, settled } from "../support/mocks.ts";

const registrations = recordRegistrations();
const { BackupBucket } = await import("../../components/backup-bucket.ts");

const backups = new BackupBucket("backups", {
  bucketName: "insightpulse-backups",
  region: "nyc3",
  secondBucketName: "insightpulse-backups-sfo3",
  secondRegion: "sfo3",
  noncurrentVersionDays: 30,
  keyNames: { writer: "w", reader: "r", copier: "c" },
});
await settled();

suite("where backups go", () => {
  test("two private, versioned buckets in two regions; old versions live thirty days", () => {
    const buckets = ofType(registrations, "digitalocean:index/spacesBucket:SpacesBucket");
    assert.deepEqual(
      Object.values(buckets).map(({ inputs }) => [inputs.name, inputs.region, inputs.acl, inputs.versioning]),
      [
        ["insightpulse-backups", "nyc3", "private", { enabled: true }],
        ["insightpulse-backups-sfo3", "sfo3", "private", { enabled: true }],
      ],
    );
    const rules = buckets["backups-first"]?.inputs.lifecycleRules as {
      noncurrentVersionExpiration?: { days: number };
    }[];
    assert.equal(rules[0]?.noncurrentVersionExpiration?.days, 30);
  });

  test("the key that writes the first copy cannot open the second", () => {
    const keys = ofType(registrations, "digitalocean:index/spacesKey:SpacesKey");
    const grants = Object.fromEntries(Object.values(keys).map(({ name, inputs }) => [name, inputs.grants]));
    const [first, second] = ["insightpulse-backups", "insightpulse-backups-sfo3"];
    assert.deepEqual(grants, {
      "backups-writer": [{ bucket: first, permission: "readwrite" }],
      "backups-reader": [
        { bucket: first, permission: "read" },
        { bucket: second, permission: "read" },
      ],
      "backups-copier": [
        { bucket: first, permission: "read" },
        { bucket: second, permission: "readwrite" },
      ],
    });
  });

  test("both halves of every key are secret", async () => {
    for (const { accessKey, secretKey } of Object.values(backups.keys)) {
      assert.equal(await pulumi.isSecret(accessKey), true);
      assert.equal(await pulumi.isSecret(secretKey), true);
    }
  });
});
