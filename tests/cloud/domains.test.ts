import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type Json, refused, startCloud, type TestCloud } from "./support.ts";

const ZONE = "example.com";

describe("DNS zones and records", () => {
  let cloud: TestCloud;
  before(async () => {
    cloud = await startCloud();
    await cloud.make("/domains", "domain", { name: ZONE });
  });
  after(() => cloud?.dispose());

  const path = `/domains/${ZONE}/records`;
  const add = (body: object): Promise<Json> => cloud.make(path, "domain_record", body);
  const records = async (query = ""): Promise<Json[]> =>
    (await cloud.api("GET", `${path}?per_page=200${query}`)).body.domain_records;

  test("a new zone has the name servers and nothing else, and exists once", async () => {
    const domain = await cloud.make("/domains", "domain", { name: "fresh.example" });
    assert.deepEqual(domain, { name: "fresh.example", ttl: 1800, zone_file: null });
    const { body } = await cloud.api("GET", "/domains/fresh.example/records");
    const shown = body.domain_records.map((one: Json) => `${one.type} ${one.name} ${one.data} ${one.ttl}`);
    assert.deepEqual(shown, [
      "SOA @ 1800 1800",
      ...[1, 2, 3].map((number) => `NS @ ns${number}.digitalocean.com 1800`),
    ]);
    refused(
      await cloud.api("POST", "/domains", { name: "fresh.example" }),
      422,
      "unprocessable_entity",
      /already/,
    );
    refused(
      await cloud.api("POST", "/domains", { name: "no_such" }),
      422,
      "unprocessable_entity",
      /hostname/,
    );
    assert.equal((await cloud.api("DELETE", "/domains/fresh.example")).status, 204);
    refused(await cloud.api("GET", "/domains/fresh.example"), 404, "not_found", /./);
  });

  test("a zone made with an address has it", async () => {
    await cloud.make("/domains", "domain", { name: "with.example", ip_address: "203.0.113.9" });
    const { body } = await cloud.api("GET", "/domains/with.example");
    assert.match(body.domain.zone_file, /^with\.example\. 1800 IN A 203\.0\.113\.9$/m);
  });

  const accepted: [object, Json][] = [
    [
      { type: "A", name: "a", data: "192.0.2.1" },
      { data: "192.0.2.1", ttl: 1800, priority: null, tag: null },
    ],
    [
      { type: "AAAA", name: "a", data: "2001:db8::1", ttl: 60 },
      { data: "2001:db8::1", ttl: 60 },
    ],
    [{ type: "CNAME", name: "c", data: "elsewhere.example." }, { data: "elsewhere.example" }],
    [{ type: "CNAME", name: "to-root", data: "@" }, { data: "@" }],
    [{ type: "A", name: "*", data: "192.0.2.2" }, { name: "*" }],
    [{ type: "A", name: `full.${ZONE}.`, data: "192.0.2.3" }, { name: "full" }],
    [
      { type: "MX", name: "@", data: "mx.example.", priority: 10 },
      { data: "mx.example", priority: 10 },
    ],
    [
      { type: "TXT", name: "_acme-challenge", data: "abc", ttl: 30 },
      { data: "abc", ttl: 30 },
    ],
    [
      { type: "SRV", name: "_sip._tcp", data: "sip.example.", priority: 1, weight: 2, port: 5060 },
      { priority: 1, weight: 2, port: 5060 },
    ],
    [
      { type: "CAA", name: "@", data: "letsencrypt.org.", flags: 0, tag: "issue" },
      { data: "letsencrypt.org", flags: 0, tag: "issue" },
    ],
    // What the vendor's Go client sends for an address: zeros where nothing applies.
    [
      { type: "A", name: "go", data: "192.0.2.4", priority: 0, port: 0, weight: 0, flags: 0 },
      { priority: null },
    ],
  ];
  for (const [body, expected] of accepted) {
    test(`accepted: ${JSON.stringify(body)}`, async () => {
      const record = await add(body);
      for (const [field, value] of Object.entries(expected)) assert.deepEqual(record[field], value, field);
      assert.deepEqual((await cloud.api("GET", `${path}/${record.id}`)).body.domain_record, record);
      assert.equal((await cloud.api("DELETE", `${path}/${record.id}`)).status, 204);
    });
  }

  const refusedBodies: [object, RegExp][] = [
    [{ type: "A", name: "x", data: "not an address" }, /IPv4/],
    [{ type: "AAAA", name: "x", data: "192.0.2.1" }, /IPv6/],
    [{ type: "CNAME", name: "x", data: "elsewhere.example" }, /end with a dot/],
    [{ type: "MX", name: "@", data: "mx.example", priority: 1 }, /end with a dot/],
    [{ type: "NS", name: "sub", data: "ns.example" }, /end with a dot/],
    [{ type: "CNAME", name: "@", data: "elsewhere.example." }, /root/],
    [{ type: "MX", name: "@", data: "mx.example." }, /priority/],
    [{ type: "SRV", name: "plain", data: "sip.example.", priority: 1, weight: 2, port: 3 }, /_service/],
    [{ type: "CAA", name: "@", data: "ca.example.", flags: 0, tag: "maybe" }, /tag/],
    [{ type: "A", name: "x", data: "192.0.2.1", ttl: 29 }, /ttl.*30/],
    [{ type: "SOA", name: "@", data: "1" }, /type/],
    [{ type: "A", name: "", data: "192.0.2.1" }, /name/],
    [{ type: "A", name: "sp ace", data: "192.0.2.1" }, /hostname/],
    [{ type: "A", name: "x", data: "192.0.2.1", proxied: true }, /proxied: unknown field/],
  ];
  for (const [body, words] of refusedBodies) {
    test(`refused: ${JSON.stringify(body)}`, async () => {
      const before = (await records()).length;
      refused(await cloud.api("POST", path, body), 422, "unprocessable_entity", words);
      assert.equal((await records()).length, before);
    });
  }

  test("a CNAME stands alone under its name", async () => {
    const alias = await add({ type: "CNAME", name: "alone", data: "elsewhere.example." });
    const beside = await cloud.api("POST", path, { type: "A", name: "alone", data: "192.0.2.1" });
    refused(beside, 422, "unprocessable_entity", /CNAME/);
    const twin = await cloud.api("POST", path, { type: "CNAME", name: "alone", data: "other.example." });
    refused(twin, 422, "unprocessable_entity", /CNAME/);
    await cloud.api("DELETE", `${path}/${alias.id}`);
  });

  test("a record changes in place, without its type as the provider does it", async () => {
    const record = await add({ type: "CNAME", name: "moving", data: "one.example." });
    const body = { name: "moving", data: "two.example.", priority: 0, port: 0, weight: 0, flags: 0 };
    const { body: changed } = await cloud.api("PUT", `${path}/${record.id}`, body);
    assert.equal(changed.domain_record.data, "two.example");
    const patched = await cloud.api("PATCH", `${path}/${record.id}`, { ttl: 300 });
    assert.deepEqual([patched.body.domain_record.ttl, patched.body.domain_record.data], [300, "two.example"]);
    const retyped = await cloud.api("PUT", `${path}/${record.id}`, {
      type: "A",
      name: "moving",
      data: "192.0.2.1",
    });
    refused(retyped, 422, "unprocessable_entity", /type/);
  });

  test("records of one name and type share one TTL", async () => {
    const first = await add({ type: "A", name: "shared", data: "192.0.2.1", ttl: 3600 });
    await add({ type: "A", name: "shared", data: "192.0.2.2", ttl: 60 });
    assert.equal((await cloud.api("GET", `${path}/${first.id}`)).body.domain_record.ttl, 60);
  });

  test("records are listed by full name and by type", async () => {
    await add({ type: "TXT", name: "listed", data: "one" });
    await add({ type: "A", name: "listed", data: "192.0.2.7" });
    assert.equal((await records(`&name=listed.${ZONE}`)).length, 2);
    assert.equal((await records(`&name=listed.${ZONE}&type=TXT`)).length, 1);
    assert.equal((await records(`&name=${ZONE}&type=NS`)).length, 3);
  });
});
