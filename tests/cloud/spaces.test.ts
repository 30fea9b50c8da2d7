import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketAclCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { clientOf, ownerKey, raw, read, signedHeaders, skip, startWithSpaces } from "./spaces-support.ts";
import type { TestCloud } from "./support.ts";

describe("Spaces as the AWS client library sees it", { skip }, () => {
  let cloud: TestCloud;
  let s3: S3Client;

  before(async () => {
    cloud = await startWithSpaces();
    s3 = clientOf(cloud, ownerKey(cloud));
  });
  after(() => cloud?.dispose());

  const lifecycle = (rule: object) => ({
    Rules: [{ ID: "one", Status: "Enabled" as const, Filter: { Prefix: "" }, ...rule }],
  });

  test("a bucket holds objects, and their versions when asked to", async () => {
    const Bucket = "versions";
    const Key = "a folder/naïve +name.txt";
    await s3.send(new CreateBucketCommand({ Bucket, ACL: "private" }));
    await s3.send(new HeadBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
    assert.equal((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status, "Enabled");
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: "one" }));
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: "two" }));
    assert.equal(await read(s3, Bucket, Key), "two");
    assert.equal((await s3.send(new ListObjectVersionsCommand({ Bucket }))).Versions?.length, 2);
    const list = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "a folder/" }));
    assert.deepEqual(
      list.Contents?.map((one) => one.Key),
      [Key],
    );
    await s3.send(
      new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/${encodeURIComponent(Key)}` }),
    );
    assert.equal(await read(s3, Bucket, "copy"), "two");
  });

  test("a bucket's lifecycle is kept, told and forgotten", async () => {
    const Bucket = "lifecycle";
    await s3.send(new CreateBucketCommand({ Bucket }));
    const get = () => s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    await assert.rejects(get, { name: "NoSuchLifecycleConfiguration" });
    const LifecycleConfiguration = lifecycle({
      Expiration: { Days: 30 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    });
    await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
    const [rule] = (await get()).Rules ?? [];
    assert.equal(rule?.Expiration?.Days, 30);
    assert.equal(rule?.AbortIncompleteMultipartUpload?.DaysAfterInitiation, 7);
    await s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
    await assert.rejects(get, { name: "NoSuchLifecycleConfiguration" });
  });

  test("what Spaces does not have is refused", async () => {
    const Bucket = "refusals";
    await s3.send(new CreateBucketCommand({ Bucket }));
    const kms = new PutObjectCommand({ Bucket, Key: "k", Body: "x", ServerSideEncryption: "aws:kms" });
    await assert.rejects(s3.send(kms), { name: "NotImplemented" });
    const locked = new CreateBucketCommand({ Bucket: "locked", ObjectLockEnabledForBucket: true });
    await assert.rejects(s3.send(locked), { name: "NotImplemented" });
    const LifecycleConfiguration = lifecycle({ Transitions: [{ Days: 1, StorageClass: "GLACIER" }] });
    const moving = new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration });
    await assert.rejects(s3.send(moving), { name: "NotImplemented" });
    const CreateBucketConfiguration = { LocationConstraint: "us-east-1" as never };
    const american = new CreateBucketCommand({ Bucket: "american", CreateBucketConfiguration });
    await assert.rejects(s3.send(american), { name: "InvalidLocationConstraint" });
  });

  test("CORS and public objects work, and only those are public", async () => {
    const Bucket = "public";
    await s3.send(new CreateBucketCommand({ Bucket }));
    const CORSRules = [{ AllowedMethods: ["GET"], AllowedOrigins: ["https://example.com"] }];
    await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    assert.equal((await s3.send(new GetBucketCorsCommand({ Bucket }))).CORSRules?.length, 1);
    await s3.send(new PutObjectCommand({ Bucket, Key: "page", Body: "hello" }));
    const anonymous = () => fetch(`${cloud.keys.spacesUrl}/${Bucket}/page`);
    assert.equal((await anonymous()).status, 403);
    await s3.send(new PutBucketAclCommand({ Bucket, ACL: "public-read" }));
    const answer = await anonymous();
    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), "hello");
  });

  test("a bucket goes only when it is empty, and leaves its project with it", async () => {
    const Bucket = "leaving";
    await s3.send(new CreateBucketCommand({ Bucket }));
    const urns = async () => {
      const { body } = await cloud.api("GET", "/projects/default/resources?per_page=200");
      return body.resources.map((resource: { urn: string }) => resource.urn);
    };
    assert.ok((await urns()).includes("do:space:leaving"));
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
    await assert.rejects(s3.send(new DeleteBucketCommand({ Bucket })), { name: "BucketNotEmpty" });
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
    assert.ok(!(await urns()).includes("do:space:leaving"));
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    assert.ok(!Buckets.some((bucket) => bucket.Name === Bucket));
  });

  test("a bucket made through a regional name answers in its region only", async () => {
    const key = ownerKey(cloud);
    const host = "regional.sgp1.s3.sandbox.test";
    const send = (method: string, at: string, query: [string, string][] = []) => {
      const { headers } = signedHeaders(key, { method, host: at, path: "/", query });
      const target = query.length > 0 ? `/?${query.map(([name]) => `${name}=`).join("&")}` : "/";
      return raw(cloud, { method, target, host: at, headers });
    };
    assert.equal((await send("PUT", host)).status, 200);
    assert.match((await send("GET", host, [["location", ""]])).text, />sgp1</);
    assert.equal((await send("HEAD", "regional.nyc3.s3.sandbox.test")).status, 404);
    assert.equal((await send("HEAD", "regional.sgp1.digitaloceanspaces.com")).status, 200);
    const location = await s3.send(new GetBucketLocationCommand({ Bucket: "regional" }));
    assert.equal(location.LocationConstraint, "sgp1");
  });

  test("faults reach Spaces too", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "faulty" }));
    const match = { server: "spaces", path: "/faulty/**", method: "PUT" };
    await cloud.admin("POST", "/faults", { kind: "status", status: 503, times: 1, match });
    const put = () => s3.send(new PutObjectCommand({ Bucket: "faulty", Key: "k", Body: "x" }));
    await assert.rejects(put, { name: "SlowDown" });
    await put();
    const { body } = await cloud.admin("GET", "/requests");
    const seen = body.requests.filter((one: { path: string }) => one.path.startsWith("/faulty/k"));
    assert.deepEqual(
      seen.map((one: { status: number }) => one.status),
      [503, 200],
    );
  });
});
