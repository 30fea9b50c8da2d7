import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { crc32 } from "node:zlib";
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { type Chain, encodeQuery, hmac, sha256 } from "../../sandbox/cloud/spaces/signature.ts";
import {
  clientOf,
  type Key,
  ownerKey,
  raw,
  read,
  signedHeaders,
  skip,
  startWithSpaces,
} from "./spaces-support.ts";
import type { Json, TestCloud } from "./support.ts";

describe("who may reach Spaces, and how", { skip }, () => {
  let cloud: TestCloud;
  let owner: S3Client;

  before(async () => {
    cloud = await startWithSpaces();
    owner = clientOf(cloud, ownerKey(cloud));
    for (const Bucket of ["mine", "theirs"]) {
      await owner.send(new CreateBucketCommand({ Bucket }));
      await owner.send(new PutObjectCommand({ Bucket, Key: "k", Body: `in ${Bucket}` }));
    }
  });
  after(() => cloud?.dispose());

  async function keyFor(...grants: Json[]): Promise<Key> {
    const key = await cloud.make("/spaces/keys", "key", { name: "a-key", grants });
    return { id: key.access_key, secret: key.secret_key };
  }
  const put = (s3: S3Client, Bucket: string) =>
    s3.send(new PutObjectCommand({ Bucket, Key: "new", Body: "x" }));
  const DENIED = { name: "AccessDenied" };

  test("a key that may read one bucket reads it, and does nothing else", async () => {
    const s3 = clientOf(cloud, await keyFor({ bucket: "mine", permission: "read" }));
    assert.equal(await read(s3, "mine", "k"), "in mine");
    await s3.send(new ListObjectsV2Command({ Bucket: "mine" }));
    await assert.rejects(put(s3, "mine"), DENIED);
    await assert.rejects(read(s3, "theirs", "k"), DENIED);
    await assert.rejects(s3.send(new ListBucketsCommand({})), DENIED);
    await assert.rejects(s3.send(new CreateBucketCommand({ Bucket: "another" })), DENIED);
  });

  test("a key that may write one bucket cannot configure it, nor take from another", async () => {
    const s3 = clientOf(cloud, await keyFor({ bucket: "mine", permission: "readwrite" }));
    await put(s3, "mine");
    await s3.send(new DeleteObjectsCommand({ Bucket: "mine", Delete: { Objects: [{ Key: "new" }] } }));
    const VersioningConfiguration = { Status: "Suspended" as const };
    await assert.rejects(
      s3.send(new PutBucketVersioningCommand({ Bucket: "mine", VersioningConfiguration })),
      DENIED,
    );
    const copy = new CopyObjectCommand({ Bucket: "mine", Key: "stolen", CopySource: "theirs/k" });
    await assert.rejects(s3.send(copy), DENIED);
    await assert.rejects(put(s3, "theirs"), DENIED);
  });

  test("a full-access key does everything, and a key without grants nothing", async () => {
    const full = clientOf(cloud, await keyFor({ bucket: "", permission: "fullaccess" }));
    await full.send(new CreateBucketCommand({ Bucket: "made-by-full" }));
    await full.send(new ListBucketsCommand({}));
    const none = clientOf(cloud, await keyFor());
    await assert.rejects(read(none, "mine", "k"), DENIED);
  });

  test("a deleted key, an unknown key and a wrong secret are refused, each in S3's words", async () => {
    const key = await keyFor({ bucket: "mine", permission: "read" });
    assert.equal(await read(clientOf(cloud, key), "mine", "k"), "in mine");
    assert.equal((await cloud.api("DELETE", `/spaces/keys/${key.id}`)).status, 204);
    await assert.rejects(read(clientOf(cloud, key), "mine", "k"), { name: "InvalidAccessKeyId" });
    const wrong = clientOf(cloud, { ...ownerKey(cloud), secret: "not-the-secret" });
    await assert.rejects(read(wrong, "mine", "k"), { name: "SignatureDoesNotMatch" });
  });

  test("no key of Spaces lies on the disk in plain text, apart from the credential file", async () => {
    const key = await keyFor({ bucket: "mine", permission: "read" });
    assert.equal(await read(clientOf(cloud, key), "mine", "k"), "in mine");
    const search = (text: string) => {
      try {
        return execFileSync("grep", ["-rlF", text, cloud.folder], { encoding: "utf8" }).trim().split("\n");
      } catch {
        return [];
      }
    };
    assert.deepEqual(search(key.secret), []);
    assert.deepEqual(search(cloud.keys.spacesSecretAccessKey), [`${cloud.folder}/cloud.json`]);
  });

  test("a lifecycle call with a wrong signature is refused, although the S3 server never sees it", async () => {
    const query: [string, string][] = [["lifecycle", ""]];
    const wrong = { ...ownerKey(cloud), secret: "not-the-secret" };
    const { headers } = signedHeaders(wrong, { method: "DELETE", host: "localhost", path: "/mine", query });
    const answer = await raw(cloud, {
      method: "DELETE",
      target: "/mine?lifecycle=",
      host: "localhost",
      headers,
    });
    assert.equal(answer.status, 403);
    assert.match(answer.text, /SignatureDoesNotMatch/);
    const anonymous = await raw(cloud, { method: "GET", target: "/mine?lifecycle=", host: "localhost" });
    assert.equal(anonymous.status, 403);
  });

  test("virtual-hosted requests and those of a client behind a proxy find their bucket", async () => {
    const host = "mine.s3.sandbox.test";
    const { headers } = signedHeaders(ownerKey(cloud), { method: "GET", host, path: "/k" });
    for (const target of ["/k", `http://${host}/k`]) {
      assert.deepEqual(await raw(cloud, { method: "GET", target, host, headers }), {
        status: 200,
        text: "in mine",
      });
    }
  });

  test("it is a proxy to nowhere else", async () => {
    const elsewhere = await raw(cloud, { method: "GET", target: "http://example.com/", host: "example.com" });
    assert.equal(elsewhere.status, 403);
    const disguised = await raw(cloud, { method: "GET", target: "/k", host: "s3.sandbox.test.example.com" });
    assert.equal(disguised.status, 403);
  });

  test("a presigned URL works until it has expired, and for what it was signed for", async () => {
    const presign = (key: Key, path: string, date: string, expires: string) => {
      const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
      const query: [string, string][] = [
        ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
        ["X-Amz-Credential", `${key.id}/${scope}`],
        ["X-Amz-Date", date],
        ["X-Amz-Expires", expires],
        ["X-Amz-SignedHeaders", "host"],
      ];
      const host = new URL(cloud.keys.spacesUrl).host;
      const canonical = ["GET", path, encodeQuery(query), `host:${host}\n`, "host", "UNSIGNED-PAYLOAD"].join(
        "\n",
      );
      const signingKey = scope
        .split("/")
        .reduce<Buffer | string>((by, part) => hmac(by, part), `AWS4${key.secret}`);
      const text = ["AWS4-HMAC-SHA256", date, scope, sha256(canonical)].join("\n");
      const signature = hmac(signingKey, text).toString("hex");
      return `${cloud.keys.spacesUrl}${path}?${encodeQuery(query)}&X-Amz-Signature=${signature}`;
    };
    const stamp = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, "");
    const reader = await keyFor({ bucket: "mine", permission: "read" });
    const good = presign(reader, "/mine/k", stamp(Date.now()), "60");
    assert.equal(await (await fetch(good)).text(), "in mine");
    assert.equal((await fetch(good.replace("/mine/k", "/theirs/k"))).status, 403);
    assert.equal((await fetch(good, { method: "PUT", body: "x" })).status, 403);
    assert.equal((await fetch(presign(reader, "/mine/k", stamp(Date.now() - 120_000), "60"))).status, 403);
    assert.equal((await fetch(presign(reader, "/theirs/k", stamp(Date.now()), "60"))).status, 403);
  });

  /** A body in chunks, each signed and linked to the one before, as streaming clients send it over plain HTTP. */
  function chunked(chain: Chain, parts: string[], trailer?: string): string {
    let previous = chain.signature;
    const next = (algorithm: string, ...hashes: string[]) => {
      const text = [`AWS4-HMAC-SHA256-${algorithm}`, chain.date, chain.scope, previous, ...hashes].join("\n");
      previous = hmac(chain.signingKey, text).toString("hex");
      return previous;
    };
    const chunks = [...parts, ""].map((part) => {
      const signature = next("PAYLOAD", sha256(""), sha256(part));
      return `${part.length.toString(16)};chunk-signature=${signature}\r\n${part === "" ? "" : `${part}\r\n`}`;
    });
    if (trailer === undefined) return `${chunks.join("")}\r\n`;
    const signature = next("TRAILER", sha256(`${trailer}\n`));
    return `${chunks.join("")}${trailer}\r\nx-amz-trailer-signature:${signature}\r\n\r\n`;
  }

  const PARTS = ["first part, ".repeat(4096), "second part"];

  async function stream(options: { trailer?: string; spoil?: (body: string) => string }) {
    const { trailer, spoil = (body: string) => body } = options;
    const payloadHash = `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer === undefined ? "" : "-TRAILER"}`;
    const path = "/mine/streamed";
    const extra = {
      "content-encoding": "aws-chunked",
      "x-amz-decoded-content-length": String(PARTS.join("").length),
      ...(trailer === undefined ? {} : { "x-amz-trailer": "x-amz-checksum-crc32" }),
    };
    const wanted = { method: "PUT", host: "localhost", path, payloadHash };
    const { headers, chain } = signedHeaders(ownerKey(cloud), wanted, extra);
    const body = spoil(chunked(chain, PARTS, trailer));
    return raw(cloud, { method: "PUT", target: path, host: "localhost", headers, body });
  }

  test("a body in signed chunks arrives whole, with a signed checksum at its end or without", async () => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(PARTS.join("")));
    for (const options of [{}, { trailer: `x-amz-checksum-crc32:${sum.toString("base64")}` }]) {
      const answer = await stream(options);
      assert.equal(answer.status, 200, answer.text);
      assert.equal(await read(owner, "mine", "streamed"), PARTS.join(""));
    }
  });

  test("a chunk that was changed on the way is refused", async () => {
    const answer = await stream({ spoil: (body) => body.replace("second part", "altered bit") });
    assert.equal(answer.status, 403);
    assert.match(answer.text, /SignatureDoesNotMatch/);
  });

  test("buckets, objects, keys and lifecycle survive a kill", async () => {
    const key = await keyFor({ bucket: "mine", permission: "read" });
    const { spacesUrl } = cloud.keys;
    await cloud.stop("SIGKILL");
    await cloud.start();
    assert.equal(cloud.keys.spacesUrl, spacesUrl);
    assert.equal(await read(clientOf(cloud, key), "mine", "k"), "in mine");
  });

  test("a reset empties Spaces", async () => {
    assert.equal((await cloud.admin("POST", "/reset")).status, 204);
    await assert.rejects(owner.send(new HeadBucketCommand({ Bucket: "mine" })), { name: "NotFound" });
    await owner.send(new CreateBucketCommand({ Bucket: "mine" }));
  });
});
