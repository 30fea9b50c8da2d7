import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ZoneRecord } from "../../components/dns/zone.ts";
import { ofType, recordRegistrations, settled, unwrap } from "../support/mocks.ts";

const registrations = recordRegistrations();
const { createDnsZone } = await import("../../components/dns/create-dns-zone.ts");

const records: ZoneRecord[] = [
  { key: "root", name: "@", type: "A", value: "203.0.113.10", ttlSeconds: 3600 },
  { key: "mcp", name: "mcp", type: "CNAME", value: "mcp.ondigitalocean.app", ttlSeconds: 3600 },
  { key: "caa", name: "@", type: "CAA", value: "letsencrypt.org", ttlSeconds: 3600, tag: "issue" },
  { key: "mail", name: "@", type: "MX", value: "mx.example.com", ttlSeconds: 3600, priority: 10 },
];
const args = { domain: "example.com", records };

suite("one list of records, whoever hosts the zone", () => {
  test("DigitalOcean gets labels, and host names with a trailing dot", async () => {
    const zone = await createDnsZone("ocean", { provider: "digitalocean" }, args);
    assert.deepEqual(await unwrap(zone?.nameServers ?? []), [
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

  test("Cloudflare gets full names, never proxied, and CAA in parts", async () => {
    const cloudflare = { accountId: "account" };
    const zone = await createDnsZone("flare", { provider: "cloudflare", cloudflare }, args);
    assert.deepEqual(await unwrap(zone?.nameServers ?? []), ["a.ns.cloudflare.com", "b.ns.cloudflare.com"]);
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

  test("a zone hosted elsewhere is nobody's resource", async () => {
    const before = registrations.length;
    assert.equal(await createDnsZone("elsewhere", { provider: "elsewhere" }, args), undefined);
    await settled();
    assert.equal(registrations.length, before);
  });
});
