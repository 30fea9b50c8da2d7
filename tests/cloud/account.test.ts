import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { call, refused, startCloud, type TestCloud } from "./support.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIH7EsrFDdgpvso105LusHNsqD/SCsJ8NInIsgEIDnlU8 somebody";

describe("the account, and what every call has in common", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud?.dispose());

  test("a call without the token, or with a wrong one, is refused in the vendor's words", async () => {
    for (const headers of [{}, { authorization: "Bearer wrong" }]) {
      const answer = await call(`${cloud.keys.apiUrl}/v2/account`, "GET", headers as Record<string, string>);
      refused(answer, 401, "unauthorized", /^Unable to authenticate you$/);
    }
    const { body } = await cloud.api("GET", "/account");
    assert.equal(body.account.status, "active");
    assert.equal(body.account.droplet_limit, 10);
  });

  test("every answer tells the rate limit", async () => {
    const first = await cloud.api("GET", "/account");
    const second = await cloud.api("GET", "/account");
    const remaining = (answer: typeof first) => Number(answer.headers.get("ratelimit-remaining"));
    assert.equal(first.headers.get("ratelimit-limit"), "5000");
    assert.equal(remaining(second), remaining(first) - 1);
    assert.ok(Number(second.headers.get("ratelimit-reset")) > Date.now() / 1000);
  });

  test("an unknown call is refused and remembered", async () => {
    refused(await cloud.api("GET", "/kubernetes/clusters"), 404, "not_found", /could not be found/);
    const { body } = await cloud.admin("GET", "/unsimulated");
    assert.deepEqual(
      body.requests.map((one: { method: string; path: string }) => `${one.method} ${one.path}`),
      ["GET /v2/kubernetes/clusters"],
    );
  });

  test("lists come in pages that link to their neighbours", async () => {
    const { body } = await cloud.api("GET", "/sizes?page=2&per_page=5");
    assert.equal(body.sizes.length, 5);
    assert.ok(body.meta.total > 20);
    assert.match(body.links.pages.next, /page=3/);
    assert.match(body.links.pages.prev, /page=1/);
    const next = new URL(body.links.pages.next);
    assert.equal(next.origin, cloud.keys.apiUrl);
    refused(await cloud.api("GET", "/sizes?page=0"), 400, "bad_request", /page/);
  });

  test("sizes, regions and images are told as they are sold", async () => {
    const { body } = await cloud.api("GET", "/sizes?per_page=200");
    const size = (slug: string) => body.sizes.find((one: { slug: string }) => one.slug === slug);
    assert.equal(size("s-2vcpu-4gb").price_monthly, 24);
    assert.deepEqual(size("gpu-4000adax1-20gb").regions, ["tor1"]);
    const regions = (await cloud.api("GET", "/regions")).body.regions;
    const singapore = regions.find((one: { slug: string }) => one.slug === "sgp1");
    assert.ok(!singapore.sizes.includes("gpu-4000adax1-20gb"));
    assert.equal((await cloud.api("GET", "/images/ubuntu-24-04-x64")).body.image.slug, "ubuntu-24-04-x64");
    refused(await cloud.api("GET", "/images/windows-3-11"), 404, "not_found", /./);
  });

  test("an SSH key has the fingerprint that ssh-keygen tells, and exists once", async () => {
    const key = await cloud.make("/account/keys", "ssh_key", { name: "one", public_key: KEY });
    assert.match(key.fingerprint, /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    const again = await cloud.api("POST", "/account/keys", { name: "two", public_key: KEY });
    refused(again, 422, "unprocessable_entity", /already in use/);
    const none = await cloud.api("POST", "/account/keys", {
      name: "three",
      public_key: "ssh-ed25519 nonsense",
    });
    refused(none, 422, "unprocessable_entity", /invalid/i);
    assert.equal(
      (await cloud.api("PUT", `/account/keys/${key.id}`, { name: "new" })).body.ssh_key.name,
      "new",
    );
    assert.equal((await cloud.api("GET", `/account/keys/${key.fingerprint}`)).body.ssh_key.id, key.id);
    assert.equal((await cloud.api("DELETE", `/account/keys/${key.id}`)).status, 204);
    refused(await cloud.api("GET", `/account/keys/${key.id}`), 404, "not_found", /./);
  });
});
