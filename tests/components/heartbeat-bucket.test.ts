import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ofType, recordRegistrations, settled } from "../support/mocks.ts";

const registrations = recordRegistrations();
const { HeartbeatBucket } = await import("../../components/monitoring/heartbeat-bucket.ts");

const settings = { region: "nyc3", keyNames: { hosts: "h", outside: "o" } };
new HeartbeatBucket("kept", { ...settings, bucketName: "kept" });
new HeartbeatBucket("thrown-away", { ...settings, bucketName: "thrown-away", isThrownAway: true });
await settled();

suite("where heartbeats go", () => {
  test("hosts write there, and whoever looks from outside only reads", () => {
    const keys = ofType(registrations, "digitalocean:index/spacesKey:SpacesKey");
    assert.deepEqual(keys["kept-hosts"]?.inputs.grants, [{ bucket: "kept", permission: "readwrite" }]);
    assert.deepEqual(keys["kept-outside"]?.inputs.grants, [{ bucket: "kept", permission: "read" }]);
  });

  test("a bucket is only deleted with what is in it where the whole environment is thrown away", () => {
    const buckets = ofType(registrations, "digitalocean:index/spacesBucket:SpacesBucket");
    assert.equal(buckets["kept-bucket"]?.inputs.forceDestroy, undefined);
    assert.equal(buckets["thrown-away-bucket"]?.inputs.forceDestroy, true);
  });
});
