import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { configure } from "../../../sandbox/providers/digitalocean/clients.ts";
import { spacesBucket } from "../../../sandbox/providers/digitalocean/resources/spaces-bucket.ts";
import { spacesBucketPolicy } from "../../../sandbox/providers/digitalocean/resources/spaces-bucket-policy.ts";
import {
  fromLifecycleRules,
  toLifecycleRules,
} from "../../../sandbox/providers/digitalocean/resources/spaces-lifecycle.ts";
import type { Answer } from "../support.ts";
import { lifeOf, startFakeApi } from "../support.ts";

const xml = (text: string): Answer => ({ status: 200, text, headers: { "content-type": "application/xml" } });
const failure = (status: number, code: string): Answer => ({
  status,
  text: `<Error><Code>${code}</Code><Message>The words of the service.</Message></Error>`,
  headers: { "content-type": "application/xml" },
});
const answers = {
  "PUT /backups/": { status: 200 },
  "PUT /backups/?acl=": { status: 200 },
  "PUT /backups/?versioning=": { status: 200 },
  "HEAD /backups/": { status: 200 },
  "GET /backups/?location=": xml("<LocationConstraint></LocationConstraint>"),
  "GET /backups/?versioning=": xml(
    "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
  ),
  "GET /backups/?lifecycle=": failure(404, "NoSuchLifecycleConfiguration"),
  "DELETE /backups/": failure(409, "BucketNotEmpty"),
};
const declared = { name: "backups", region: "sfo3", versioning: { enabled: true } };

async function withSpaces(lead: (life: ReturnType<typeof lifeOf>) => Promise<unknown>) {
  const api = await startFakeApi(answers);
  const settings = { spacesEndpoint: api.url, spacesAccessId: "id", spacesSecretKey: "key" };
  try {
    await lead(lifeOf(spacesBucket, configure(settings, {})) as ReturnType<typeof lifeOf>);
    return api.requests.map(([method, path]) => `${method} ${path}`);
  } finally {
    await api.close();
  }
}

describe("a bucket", () => {
  test("is made, versioned and read back, in the declared region when the server names none", async () => {
    const requests = await withSpaces(async (life) => {
      const { id, state } = await life.create(declared);
      assert.equal(id, "backups");
      assert.equal(state.fields.region, "sfo3");
      assert.equal(state.fields.endpoint, "sfo3.digitaloceanspaces.com");
      assert.deepEqual(life.changes(state.fields, declared).changes, []);
    });
    assert.deepEqual(requests, [
      "PUT /backups/",
      "PUT /backups/?acl=",
      "PUT /backups/?versioning=",
      "HEAD /backups/",
      "GET /backups/?location=",
      "GET /backups/?versioning=",
      "GET /backups/?lifecycle=",
    ]);
  });

  test("with something in it stays unless it may be emptied", async () => {
    await withSpaces(async (life) => {
      await assert.rejects(
        life.delete("backups", declared),
        /delete bucket backups: 409 BucketNotEmpty: The words/,
      );
    });
  });

  test("is imported by region and name, and is gone when the server does not know it", async () => {
    await withSpaces(async (life) => {
      assert.equal((await life.read("sfo3,backups"))?.id, "backups");
      assert.equal(await life.read("sfo3,other"), undefined);
      await assert.rejects(life.read("backups"), /must have the form "<region>,<bucket>"/);
    });
  });

  test("needs a key of its own", async () => {
    await assert.rejects(lifeOf(spacesBucket, configure({}, {})).create(declared), /No Spaces key/);
  });
});

test("lifecycle rules survive the way to S3 and back, in the declared order", () => {
  const rules = [
    {
      id: "old",
      enabled: true,
      prefix: "tmp/",
      expiration: { days: 30 },
      noncurrentVersionExpiration: { days: 7 },
    },
    {
      id: "parts",
      enabled: false,
      abortIncompleteMultipartUploadDays: 3,
      expiration: { date: "2027-01-01" },
    },
  ];
  assert.deepEqual(fromLifecycleRules(toLifecycleRules(rules).toReversed(), rules), rules);
});

test("policies are compared by what they say, not by how they are written", () => {
  const { same } = spacesBucketPolicy.inputs.policy ?? {};
  assert.equal(same?.('{"a":1,"b":[2]}', '{ "b": [2], "a": 1 }'), true);
  assert.equal(same?.('{"a":1}', '{"a":2}'), false);
});
