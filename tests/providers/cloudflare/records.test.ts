import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { configure } from "../../../sandbox/providers/cloudflare/clients.ts";
import { dnsRecord } from "../../../sandbox/providers/cloudflare/resources/dns-record.ts";
import { zone } from "../../../sandbox/providers/cloudflare/resources/zone.ts";
import { lifeOf, startFakeApi } from "../support.ts";

const records = "/zones/z1/dns_records";
const live = {
  id: "r1",
  name: "erp.example.com",
  type: "A",
  content: "192.0.2.1",
  ttl: 300,
  proxied: false,
  proxiable: true,
  comment: null,
  settings: {},
  tags: [],
  meta: {},
  created_on: "now",
  modified_on: "now",
};

describe("a Cloudflare record", () => {
  test("is written, read by the zone and its own id, changed and deleted", async () => {
    const api = await startFakeApi({
      [`POST ${records}`]: { reply: { success: true, result: live } },
      [`GET ${records}/r1`]: { reply: { success: true, result: live } },
      [`PUT ${records}/r1`]: { reply: { success: true, result: { ...live, ttl: 60 } } },
      [`DELETE ${records}/r1`]: { reply: { success: true, result: { id: "r1" } } },
    });
    const declared = { zoneId: "z1", name: "erp", type: "A", content: "192.0.2.1", ttl: 300 };
    try {
      const life = lifeOf(dnsRecord, configure({ apiToken: "t", baseUrl: api.url }, {}));
      const { id, state } = await life.create(declared);
      assert.deepEqual(life.changes(state.fields, declared).changes, []);
      const imported = await life.read("z1/r1");
      assert.deepEqual(life.changes(imported?.state.fields ?? {}, declared).changes, []);
      const updated = await life.update(id, state.fields, { ...declared, ttl: 60 });
      assert.equal(updated.state.fields.ttl, 60);
      await life.delete(id, state.fields);
    } finally {
      await api.close();
    }
    const body = { name: "erp", type: "A", content: "192.0.2.1", ttl: 300 };
    assert.deepEqual(api.requests, [
      ["POST", records, body],
      ["GET", `${records}/r1`],
      ["PUT", `${records}/r1`, { ...body, ttl: 60 }],
      ["DELETE", `${records}/r1`],
    ]);
  });

  test("that is refused says why, in Cloudflare's words", async () => {
    const errors = [{ code: 9005, message: "Content for A record must be a valid IPv4 address." }];
    const api = await startFakeApi({
      [`POST ${records}`]: { status: 400, body: { success: false, errors } },
    });
    try {
      const life = lifeOf(dnsRecord, configure({ apiToken: "t", baseUrl: api.url }, {}));
      const wrong = { zoneId: "z1", name: "erp", type: "A", content: "x", ttl: 1 };
      await assert.rejects(life.create(wrong), /Cloudflare answered 400 .*valid IPv4 address\. \(9005\)/);
    } finally {
      await api.close();
    }
  });
});

test("a zone belongs to an account, and needs a token", async () => {
  const api = await startFakeApi({
    "POST /zones": {
      reply: {
        result: {
          id: "z1",
          name: "example.com",
          type: "full",
          account: { id: "a1" },
          status: "pending",
          meta: { page_rule_quota: 3 },
          plan: { is_subscribed: false },
        },
      },
    },
  });
  const declared = { account: { id: "a1" }, name: "example.com" };
  try {
    const { id, state } = await lifeOf(zone, configure({ apiToken: "t", baseUrl: api.url }, {})).create(
      declared,
    );
    assert.equal(id, "z1");
    assert.equal(state.fields.status, "pending");
    assert.deepEqual([state.fields.meta, state.fields.plan], [{ pageRuleQuota: 3 }, { isSubscribed: false }]);
    assert.deepEqual(api.requests, [
      ["POST", "/zones", { account: { id: "a1" }, name: "example.com", type: "full" }],
    ]);
    const withoutToken = lifeOf(zone, configure({ baseUrl: api.url }, {}));
    await assert.rejects(withoutToken.create(declared), /No Cloudflare token/);
  } finally {
    await api.close();
  }
});
