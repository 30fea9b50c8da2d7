import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { Journal, type JournalEntry } from "../../sandbox/cloud/core/journal.ts";
import { sha256 } from "../../sandbox/cloud/spaces/signature.ts";
import { readText } from "../../sandbox/engine/files.ts";
import { binary, clientOf, ownerKey, startWithSpaces } from "./spaces-support.ts";
import { call, startCloud, type TestCloud } from "./support.ts";

const posted = (body: unknown) =>
  ({ server: "api", method: "POST", path: "/v2/tags", status: 201, body }) as const;

suite("the journal of requests", () => {
  test("keeps so many entries and no more, and numbers go on", () => {
    const journal = new Journal({ entries: 3, bodies: 1000 });
    for (let number = 1; number <= 5; number += 1) journal.record(posted({ number }), true);
    assert.deepEqual(
      journal.since("").map(({ sequence, body }) => [sequence, body]),
      [3, 4, 5].map((number) => [number, { number }]),
    );
  });

  test("keeps the newest bodies when there are too many, and says which it forgot", () => {
    const journal = new Journal({ entries: 10, bodies: 40 });
    for (const letter of ["a", "b", "c"]) journal.record(posted({ name: letter.repeat(10) }), true);
    journal.record({ server: "api", method: "GET", path: "/v2/tags", status: 200 }, true);
    const [first, second, third, get] = journal.since(undefined, "whole");
    assert.deepEqual([first?.body, first?.bodyForgotten], [undefined, true]);
    assert.deepEqual([second?.bodyForgotten, third?.body], [true, { name: "c".repeat(10) }]);
    assert.equal(get?.bodyForgotten, undefined);
  });

  test("remembers what was sent, not what became of it, with secrets only where they are asked for", () => {
    const journal = new Journal();
    const body = { name: "web", token: "sample-secret" };
    journal.record(posted(body), true);
    body.name = "changed later";
    assert.deepEqual(journal.since("")[0]?.body, { name: "web", token: "[redacted]" });
    assert.deepEqual(journal.since("", "whole")[0]?.body, { name: "web", token: "sample-secret" });
  });
});

suite("bodies on demand", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await (binary === undefined ? startCloud() : startWithSpaces());
  });
  after(() => cloud.dispose());
  const whole = async (): Promise<JournalEntry[]> =>
    (await cloud.admin("GET", "/requests?bodies=whole")).body.requests;

  test("whole bodies need the sandbox's own token and never reach the disk", async () => {
    const secret = `sample-${"secret".repeat(3)}`;
    const user = { name: "keeper", region: "sfo2", size: "s-1vcpu-1gb", image: "ubuntu-24-04-x64" };
    await cloud.api("POST", "/droplets", { ...user, user_data: secret });
    const path = `${cloud.keys.apiUrl}/_sandbox/requests?bodies=whole`;
    assert.equal((await call(path, "GET", { authorization: `Bearer ${cloud.keys.token}` })).status, 401);
    const made = (await whole()).find(({ method }) => method === "POST");
    assert.deepEqual(made?.body, { ...user, user_data: secret });
    assert.ok(!JSON.stringify((await cloud.admin("GET", "/requests")).body).includes(secret));
    const files = readdirSync(cloud.folder, { recursive: true, encoding: "utf8" })
      .map((name) => join(cloud.folder, name))
      // The cloud's drafts come and go.
      .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
    assert.ok(files.length > 1);
    for (const file of files) assert.ok(!(readText(file) ?? "").includes(secret), file);
  });

  test("another form of bodies is refused", async () => {
    const answer = await cloud.admin("GET", "/requests?bodies=all");
    assert.equal(answer.status, 422);
    assert.match(answer.body.message, /"redacted" or "whole", not "all"/);
  });

  test("of Spaces: a setting's document, an object's hash, the query without signatures", {
    skip: binary === undefined && "there is no versitygw: name it in SANDBOX_VERSITYGW",
  }, async () => {
    const s3 = clientOf(cloud, ownerKey(cloud));
    const Bucket = "remembered";
    await s3.send(new CreateBucketCommand({ Bucket }));
    const rule = { ID: "old", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 9 } } as const;
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [rule] } }),
    );
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "content" }));
    const puts = (await whole()).filter(({ server, method }) => server === "spaces" && method === "PUT");
    const [, lifecycle, object] = puts;
    assert.equal(lifecycle?.path, "/remembered?lifecycle");
    assert.match(String(lifecycle?.body), /<Days>9<\/Days>/);
    assert.deepEqual([object?.path, object?.body], ["/remembered/k", `sha256:${sha256("content")}`]);
  });
});
