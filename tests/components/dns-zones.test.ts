import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ZoneRecord } from "../../components/dns/zone.ts";
import { ofType, recordRegistrations, settled, unwrap } from "../support/mocks.ts";

const registrations = recordRegistrations();
const { createDnsZones } = await import("../../components/dns/create-dns-zones.ts");

const records: ZoneRecord[] = [
  { key: "root", name: "@", type: "A", value: "203.0.113.10", ttlSeconds: 3600 },
  { key: "mcp", name: "mcp", type: "CNAME", value: "mcp.ondigitalocean.app", ttlSeconds: 3600 },
  { key: "caa", name: "@", type: "CAA", value: "letsencrypt.org", ttlSeconds: 3600, tag: "issue" },
  { key: "mail", name: "@", type: "MX", value: "mx.example.com", ttlSeconds: 3600, priority: 10 },
];
const args = { domain: "example.com", records, protectZone: true };
const alsoServe: ("digitalocean" | "cloudflare")[] = [];

suite("one list of records, whoever hosts the zone", () => {
  test("DigitalOcean gets labels, and host names with a trailing dot", async () => {
    const zones = await createDnsZones("ocean", { provider: "digitalocean", alsoServe }, args);
    assert.deepEqual(Object.keys(zones), ["digitalocean"]);
    assert.deepEqual(await unwrap(zones.digitalocean?.nameServers ?? []), [
      "ns1.digitalocean.com",
      "ns2.digitalocean.com",
      "ns3.digitalocean.com",
    ]);
    await settled();
    const made = ofType(registrations, "digitalocean:index/dnsRecord:DnsRecord");
    const common = { domain: "example.com", ttl: 3600 };
    assert.deepEqual(made["ocean-root"]?.inputs, { ...common, name: "@", type: "A", value: "203.0.113.10" });
    assert.deepEqual(made["ocean-mcp"]?.inputs, {
      ...common,
      name: "mcp",
      type: "CNAME",
      value: "mcp.ondigitalocean.app.",
    });
    assert.deepEqual(made["ocean-caa"]?.inputs, {
      ...common,
      name: "@",
      type: "CAA",
      value: "letsencrypt.org.",
      tag: "issue",
      flags: 0,
    });
    assert.deepEqual(made["ocean-mail"]?.inputs, {
      ...common,
      name: "@",
      type: "MX",
      value: "mx.example.com.",
      priority: 10,
    });
  });

  test("what is there already at DigitalOcean is imported, by the zone and the record's id in it", async () => {
    const adopted = { zone: "example.com", records: { root: "12" } };
    await createDnsZones("live", { provider: "digitalocean", alsoServe }, { ...args, adopted });
    await settled();
    const made = ofType(registrations, "digitalocean:index/dnsRecord:DnsRecord");
    assert.equal(ofType(registrations, "digitalocean:index/domain:Domain")["live-zone"]?.id, "example.com");
    assert.equal(made["live-root"]?.id, "example.com,12");
    assert.ok(!made["live-mcp"]?.id);
  });

  test("Cloudflare gets full names, never proxied, and CAA in parts", async () => {
    const cloudflare = { accountId: "account" };
    const zones = await createDnsZones("flare", { provider: "cloudflare", alsoServe, cloudflare }, args);
    assert.deepEqual(Object.keys(zones), ["cloudflare"]);
    assert.deepEqual(await unwrap(zones.cloudflare?.nameServers ?? []), [
      "a.ns.cloudflare.com",
      "b.ns.cloudflare.com",
    ]);
    await settled();
    const made = ofType(registrations, "cloudflare:index/dnsRecord:DnsRecord");
    const common = { zoneId: "flare-zone-id", ttl: 3600, proxied: false };
    assert.deepEqual(made["flare-root"]?.inputs, {
      ...common,
      name: "example.com",
      type: "A",
      content: "203.0.113.10",
    });
    assert.deepEqual(made["flare-mcp"]?.inputs, {
      ...common,
      name: "mcp.example.com",
      type: "CNAME",
      content: "mcp.ondigitalocean.app",
    });
    assert.deepEqual(made["flare-caa"]?.inputs, {
      ...common,
      name: "example.com",
      type: "CAA",
      data: { flags: 0, tag: "issue", value: "letsencrypt.org" },
    });
    assert.equal(made["flare-mail"]?.inputs.priority, 10);
  });

  test("while it moves, both hold the same records", async () => {
    const both = {
      provider: "digitalocean",
      alsoServe: ["cloudflare"],
      cloudflare: { accountId: "account" },
    } as const;
    const zones = await createDnsZones("both", both, args);
    assert.deepEqual(Object.keys(zones), ["digitalocean", "cloudflare"]);
    await settled();
    const namesAt = (type: string) =>
      Object.keys(ofType(registrations, type)).filter((name) => name.startsWith("both-"));
    const expected = records.map(({ key }) => `both-${key}`).sort();
    assert.deepEqual(namesAt("digitalocean:index/dnsRecord:DnsRecord").sort(), expected);
    assert.deepEqual(namesAt("cloudflare:index/dnsRecord:DnsRecord").sort(), expected);
  });

  test("a zone hosted elsewhere is nobody's resource", async () => {
    const before = registrations.length;
    assert.deepEqual(await createDnsZones("elsewhere", { provider: "elsewhere", alsoServe }, args), {});
    await settled();
    assert.equal(registrations.length, before);
  });
});
