import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CreateBucketCommand, HeadBucketCommand } from "@aws-sdk/client-s3";
import { clientOf, ownerKey, skip, startWithSpaces } from "./spaces-support.ts";
import { refused, startCloud, type TestCloud } from "./support.ts";

const droplet = { name: "web-1", size: "s-1vcpu-1gb", image: "ubuntu-24-04-x64" };

describe("a region that is away", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud?.dispose());

  test("takes nothing new until the fault is cleared, and other regions go on", async () => {
    assert.equal((await cloud.admin("POST", "/faults", { kind: "region-away" })).status, 422);
    await cloud.admin("POST", "/faults", { kind: "region-away", region: "sfo2" });
    const make = (path: string, body: object) => cloud.api("POST", path, body);
    const away = /sfo2 is not available/;
    refused(await make("/droplets", { ...droplet, region: "sfo2" }), 422, "unprocessable_entity", away);
    refused(await make("/vpcs", { name: "one", region: "sfo2" }), 422, "unprocessable_entity", away);
    const volume = { name: "one", region: "sfo2", size_gigabytes: 1 };
    refused(await make("/volumes", volume), 422, "unprocessable_entity", away);
    assert.equal((await make("/droplets", { ...droplet, region: "sfo3" })).status, 202);
    await cloud.admin("DELETE", "/faults");
    assert.equal((await make("/droplets", { ...droplet, name: "web-2", region: "sfo2" })).status, 202);
  });
});

test("no bucket is made in a region that is away, as far as the client says which", { skip }, async () => {
  const cloud = await startWithSpaces();
  const s3 = clientOf(cloud, ownerKey(cloud));
  const make = (Bucket: string, LocationConstraint: "sfo2" | "sfo3") =>
    s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: LocationConstraint as never },
      }),
    );
  try {
    await cloud.admin("POST", "/faults", { kind: "region-away", region: "sfo2" });
    await assert.rejects(make("away", "sfo2"), /sfo2 is not available/);
    await assert.rejects(s3.send(new HeadBucketCommand({ Bucket: "away" })));
    await make("here", "sfo3");
    await s3.send(new HeadBucketCommand({ Bucket: "here" }));
  } finally {
    s3.destroy();
    await cloud.dispose();
  }
});
