import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Answer, call, type Json, startCloud, type TestCloud } from "./support.ts";

describe("Cloudflare", () => {
  let cloud: TestCloud;
  let zone: Json;
  before(async () => {
    cloud = await startCloud();
    zone = (
      await cloud.cloudflare("POST", "/zones", { name: "example.com", account: { id: "a".repeat(32) } })
    ).body.result;
  });
  after(() => cloud?.dispose());

  const path = () => `/zones/${zone.id}/dns_records`;
  async function add(body: object): Promise<Json> {
    const answer = await cloud.cloudflare("POST", path(), body);
    assert.equal(answer.body.success, true, JSON.stringify(answer.body));
    return answer.body.result;
  }
  function fails(answer: Answer, status: number, code: number, words: RegExp): void {
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.deepEqual(
      [answer.body.success, answer.body.result, answer.body.errors[0].code],
      [false, null, code],
    );
    assert.match(answer.body.errors[0].message, words);
  }

  test("the token is verified, and without it nothing is answered", async () => {
    assert.equal((await cloud.cloudflare("GET", "/user/tokens/verify")).body.result.status, "active");
    const headers = { authorization: `Bearer ${cloud.keys.token}` };
    fails(await call(`${cloud.keys.apiUrl}/client/v4/zones`, "GET", headers), 403, 10_000, /Authentication/);
    fails(
      await call(`${cloud.keys.apiUrl}/client/v4/user/tokens/verify`, "GET", {}),
      401,
      1000,
      /Invalid API Token/,
    );
    fails(await cloud.cloudflare("GET", "/zones/x/workers"), 404, 7000, /No route/);
  });

  test("a zone is found by its name, exists once, and goes with its records", async () => {
    assert.match(zone.id, /^[0-9a-f]{32}$/);
    assert.equal(zone.account.id, "a".repeat(32));
    const { body } = await cloud.cloudflare("GET", "/zones?name=example.com");
    assert.deepEqual([body.result.length, body.result_info.total_count], [1, 1]);
    fails(await cloud.cloudflare("POST", "/zones", { name: "example.com" }), 400, 1061, /already exists/);
    // `paused` and `type` as the official provider sends them with every new zone.
    const second = { name: "second.example", paused: false, type: "full" };
    const { id } = (await cloud.cloudflare("POST", "/zones", second)).body.result;
    assert.equal(
      (await cloud.cloudflare("PATCH", `/zones/${id}`, { paused: true })).body.result.paused,
      true,
    );
    assert.deepEqual((await cloud.cloudflare("DELETE", `/zones/${id}`)).body.result, { id });
    fails(await cloud.cloudflare("GET", `/zones/${id}`), 404, 1001, /zone/);
  });

  test("records of every kind are kept under their full name", async () => {
    const record = await add({ type: "A", name: "www", content: "192.0.2.1", ttl: 300, comment: "hello" });
    assert.deepEqual(
      [record.name, record.ttl, record.proxied, record.proxiable, record.comment],
      ["www.example.com", 300, false, true, "hello"],
    );
    const proxied = await add({
      type: "CNAME",
      name: "app.example.com",
      content: "x.example",
      ttl: 1,
      proxied: true,
    });
    assert.deepEqual([proxied.ttl, proxied.proxied], [1, true]);
    const mx = await add({ type: "MX", name: "@", content: "mx.example", priority: 10, ttl: 1 });
    assert.deepEqual([mx.name, mx.priority, mx.proxiable], ["example.com", 10, false]);
    const data = { flags: 0, tag: "issue", value: "letsencrypt.org" };
    const caa = await add({ type: "CAA", name: "example.com", data, ttl: 1 });
    assert.deepEqual([caa.content, caa.data], ['0 issue "letsencrypt.org"', data]);
    await add({ type: "TXT", name: "_acme-challenge", content: "abc", ttl: 60 });
  });

  test("a record is listed by filters, replaced, changed in part, and deleted", async () => {
    const { id } = await add({ type: "A", name: "moving", content: "192.0.2.5", ttl: 120 });
    const found = await cloud.cloudflare("GET", `${path()}?type=A&name=moving.example.com&content=192.0.2.5`);
    assert.equal(found.body.result[0].id, id);
    const put = { type: "A", name: "moving", content: "192.0.2.6", ttl: 1 };
    assert.equal((await cloud.cloudflare("PUT", `${path()}/${id}`, put)).body.result.content, "192.0.2.6");
    const patched = await cloud.cloudflare("PATCH", `${path()}/${id}`, { proxied: true });
    assert.deepEqual([patched.body.result.content, patched.body.result.proxied], ["192.0.2.6", true]);
    assert.deepEqual((await cloud.cloudflare("DELETE", `${path()}/${id}`)).body.result, { id });
    fails(await cloud.cloudflare("GET", `${path()}/${id}`), 404, 81_044, /does not exist/);
  });

  test("duplicates and mixtures with a CNAME are refused", async () => {
    const body = { type: "A", name: "twin", content: "192.0.2.7", ttl: 1 };
    await add(body);
    fails(await cloud.cloudflare("POST", path(), body), 400, 81_058, /identical/);
    await add({ ...body, content: "192.0.2.8" });
    const alias = { type: "CNAME", name: "twin", content: "x.example", ttl: 1 };
    fails(await cloud.cloudflare("POST", path(), alias), 400, 81_053, /already exists/);
  });

  const refusals: [string, object, number, RegExp][] = [
    ["a TTL of 59", { type: "A", name: "x", content: "192.0.2.9", ttl: 59 }, 9005, /ttl/],
    ["an address that is none", { type: "A", name: "x", content: "here", ttl: 1 }, 9005, /IPv4/],
    ["a proxied TXT", { type: "TXT", name: "x", content: "t", ttl: 1, proxied: true }, 9004, /proxied/],
    ["MX without priority", { type: "MX", name: "x", content: "mx.example", ttl: 1 }, 9101, /priority/],
    ["CAA without data", { type: "CAA", name: "x", content: "0 issue x", ttl: 1 }, 9101, /data/],
    [
      "an unknown field",
      { type: "A", name: "x", content: "192.0.2.9", ttl: 1, weight: 1 },
      9005,
      /weight: unknown field/,
    ],
  ];
  for (const [what, body, code, words] of refusals) {
    test(`${what} is refused`, async () =>
      fails(await cloud.cloudflare("POST", path(), body), 400, code, words));
  }
});
