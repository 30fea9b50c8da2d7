import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { namesIn } from "../../sandbox/internet/names/cloud-names.ts";
import type { NameRecord, ZoneHost } from "../../sandbox/internet/names/records.ts";
import { resolveName } from "../../sandbox/internet/names/resolve.ts";

type Written = { domain: string; type: string; name: string; data: string; ttl?: number };

const world: NameRecord[] = [
  { name: "api.digitalocean.com", ttl: 60, type: "A", address: "198.18.1.1" },
  { name: "*.digitaloceanspaces.com", ttl: 60, type: "A", address: "198.18.1.2" },
  { name: "superset-abcde.ondigitalocean.app", ttl: 60, type: "A", address: "198.18.1.1" },
];

/** An account with these records, each under the first domain that is its own. */
function account(domains: string[], records: Written[], cloudflare: Record<string, object[]> = {}) {
  return namesIn({
    collections: {
      domains: domains.map((name) => ({ name })),
      domain_records: records.map((record) => ({ ttl: 300, ...record })),
      cloudflare_zones: Object.keys(cloudflare).map((name) => ({ id: name, name })),
      cloudflare_records: Object.entries(cloudflare).flatMap(([zone_id, list]) =>
        list.map((record) => ({ zone_id, ttl: 1, ...record })),
      ),
    },
  });
}

function ask(
  { zones }: ReturnType<typeof account>,
  name: string,
  type: NameRecord["type"],
  registered: ZoneHost = "digitalocean",
) {
  const { code, answers } = resolveName({ zones, world, registered }, name, type);
  return {
    code,
    answers: answers.map(({ name: owner, ttl, ...content }) => [owner, ttl, Object.values(content).at(-1)]),
  };
}

const production = account(
  ["example.net"],
  [
    { domain: "example.net", type: "A", name: "erp", data: "192.0.2.10" },
    { domain: "example.net", type: "CNAME", name: "www", data: "@" },
    { domain: "example.net", type: "A", name: "@", data: "192.0.2.10", ttl: 3600 },
    { domain: "example.net", type: "CNAME", name: "superset", data: "superset-abcde.ondigitalocean.app" },
    { domain: "example.net", type: "CNAME", name: "a", data: "b.example.net" },
    { domain: "example.net", type: "CNAME", name: "b", data: "a.example.net" },
    { domain: "example.net", type: "TXT", name: "_acme-challenge", data: "one" },
    { domain: "example.net", type: "TXT", name: "_acme-challenge", data: "two" },
    { domain: "example.net", type: "A", name: "*.dev", data: "192.0.2.20" },
    { domain: "example.net", type: "A", name: "known.dev", data: "192.0.2.21" },
    { domain: "example.net", type: "CAA", name: "@", data: "letsencrypt.org" },
  ],
);

describe("Names of a zone at DigitalOcean", () => {
  test("an address, with the record's own TTL, whatever the case of the question", () => {
    assert.deepEqual(ask(production, "ERP.Example.net.", "A"), {
      code: "NOERROR",
      answers: [["erp.example.net", 300, "192.0.2.10"]],
    });
  });

  test("an alias is followed, within the zone and out of it", () => {
    assert.deepEqual(ask(production, "www.example.net", "A").answers, [
      ["www.example.net", 300, "example.net"],
      ["example.net", 3600, "192.0.2.10"],
    ]);
    assert.deepEqual(ask(production, "superset.example.net", "A").answers, [
      ["superset.example.net", 300, "superset-abcde.ondigitalocean.app"],
      ["superset-abcde.ondigitalocean.app", 60, "198.18.1.1"],
    ]);
  });

  test("aliases in a circle end in an error", () => {
    assert.equal(ask(production, "a.example.net", "A").code, "SERVFAIL");
  });

  test("every text of a name is given", () => {
    assert.deepEqual(
      ask(production, "_acme-challenge.example.net", "TXT").answers.map((record) => record[2]),
      ["one", "two"],
    );
  });

  test("a wildcard speaks for names that are not there, and for no others", () => {
    assert.deepEqual(ask(production, "any.dev.example.net", "A").answers, [
      ["any.dev.example.net", 300, "192.0.2.20"],
    ]);
    assert.deepEqual(ask(production, "known.dev.example.net", "A").answers[0]?.[2], "192.0.2.21");
    assert.deepEqual(ask(production, "below.known.dev.example.net", "A"), { code: "NXDOMAIN", answers: [] });
    assert.deepEqual(ask(production, "known.dev.example.net", "TXT"), { code: "NOERROR", answers: [] });
  });

  test("no such name is another answer than no such record, and both say how long they hold", () => {
    assert.equal(ask(production, "nothing.example.net", "A").code, "NXDOMAIN");
    assert.deepEqual(ask(production, "erp.example.net", "AAAA"), { code: "NOERROR", answers: [] });
    // `dev` has nothing of its own, but names below it.
    assert.deepEqual(ask(production, "dev.example.net", "A"), { code: "NOERROR", answers: [] });
    const { authority } = resolveName(
      { zones: production.zones, world, registered: "digitalocean" },
      "nothing.example.net",
      "A",
    );
    assert.deepEqual(
      authority.map(({ name, type }) => [name, type]),
      [["example.net", "SOA"]],
    );
  });
});

describe("Names of the rest of the world", () => {
  test("those the sandbox answers for, also by wildcard", () => {
    assert.equal(ask(production, "api.digitalocean.com", "A").answers[0]?.[2], "198.18.1.1");
    assert.equal(ask(production, "bucket.nyc3.digitaloceanspaces.com", "A").answers[0]?.[2], "198.18.1.2");
  });

  test("no others", () => {
    assert.equal(ask(production, "www.debian.org", "A").code, "NXDOMAIN");
    assert.equal(ask(production, "com", "A").answers.length, 0);
  });
});

describe("Zones below zones", () => {
  const child = { domain: "staging.example.net", type: "A", name: "erp", data: "192.0.2.30" };
  const delegation = { domain: "example.net", type: "NS", name: "staging", data: "ns1.digitalocean.com" };

  test("a delegated zone is answered from its own records", () => {
    const both = account(["example.net", "staging.example.net"], [child, delegation]);
    assert.equal(ask(both, "erp.staging.example.net", "A").answers[0]?.[2], "192.0.2.30");
  });

  test("a delegation to servers without the zone is lame", () => {
    assert.equal(
      ask(account(["example.net"], [delegation]), "erp.staging.example.net", "A").code,
      "SERVFAIL",
    );
  });

  test("one vendor's servers answer from the deepest zone they hold", () => {
    const old = { domain: "erp.example.net", type: "A", name: "@", data: "192.0.2.99" };
    const current = { domain: "example.net", type: "A", name: "erp", data: "192.0.2.10" };
    const both = account(["example.net", "erp.example.net"], [old, current]);
    assert.equal(ask(both, "erp.example.net", "A").answers[0]?.[2], "192.0.2.99");
  });

  test("to another vendor's servers only NS records lead", () => {
    const cloudflare = {
      "example.net": [{ type: "A", name: "example.net", content: "192.0.2.40" }] as object[],
    };
    const without = account(["staging.example.net"], [child], cloudflare);
    assert.equal(ask(without, "erp.staging.example.net", "A").code, "NXDOMAIN");
    cloudflare["example.net"].push({
      type: "NS",
      name: "staging.example.net",
      content: "ns1.digitalocean.com",
    });
    const delegated = account(["staging.example.net"], [child], cloudflare);
    assert.equal(ask(delegated, "erp.staging.example.net", "A").answers[0]?.[2], "192.0.2.30");
  });
});

test("A domain that both vendors hold is answered by the one it is registered with", () => {
  const both = account(
    ["example.net"],
    [{ domain: "example.net", type: "A", name: "@", data: "192.0.2.10" }],
    { "example.net": [{ type: "A", name: "example.net", content: "192.0.2.40" }] },
  );
  assert.deepEqual(ask(both, "example.net", "A", "digitalocean").answers, [
    ["example.net", 300, "192.0.2.10"],
  ]);
  // The automatic TTL of Cloudflare is five minutes.
  assert.deepEqual(ask(both, "example.net", "A", "cloudflare").answers, [["example.net", 300, "192.0.2.40"]]);
});
