import assert from "node:assert/strict";
import { Resolver } from "node:dns/promises";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import DNS from "dns2";
import { writeJson } from "../../sandbox/engine/files.ts";
import { freePort } from "../../sandbox/internet/loopback.ts";
import { CloudNameSource } from "../../sandbox/internet/names/cloud-names.ts";
import { type NameServer, startNameServer } from "../../sandbox/internet/names/server.ts";

const folder = mkdtempSync(join(tmpdir(), "name-server-"));
const stateFile = join(folder, "state.json");
const long = "x".repeat(700);

/** Writes the state file of a cloud with these records in one zone. */
function writeState(records: object[]): void {
  const common = { domain: "example.net", ttl: 300 };
  writeJson(stateFile, {
    counters: {},
    collections: {
      domains: [{ name: "example.net" }],
      domain_records: records.map((one) => ({ ...common, ...one })),
    },
  });
}

const records = [
  { type: "A", name: "erp", data: "192.0.2.10" },
  { type: "AAAA", name: "erp", data: "2001:db8::10" },
  { type: "MX", name: "@", data: "mail.example.net", priority: 10 },
  { type: "TXT", name: "long", data: long },
  { type: "CAA", name: "@", data: "letsencrypt.org", flags: 0, tag: "issue" },
];

describe("The name server on the wire", () => {
  let server: NameServer;
  let resolver: Resolver;
  before(async () => {
    writeState(records);
    const source = new CloudNameSource(stateFile);
    const names = () => ({ zones: source.read().zones, world: [], registered: "digitalocean" as const });
    server = await startNameServer("127.0.0.1", await freePort(), names);
    resolver = new Resolver({ timeout: 5000, tries: 1 });
    resolver.setServers([`127.0.0.1:${server.port}`]);
  });
  after(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true });
  });

  test("records of every type arrive as they were written", async () => {
    assert.deepEqual(await resolver.resolve4("erp.example.net", { ttl: true }), [
      { address: "192.0.2.10", ttl: 300 },
    ]);
    assert.deepEqual(await resolver.resolve6("erp.example.net"), ["2001:db8::10"]);
    const [mail] = await resolver.resolveMx("example.net");
    assert.deepEqual([mail?.exchange, mail?.priority], ["mail.example.net", 10]);
    const [caa] = await resolver.resolveCaa("example.net");
    assert.equal(caa?.issue, "letsencrypt.org");
    assert.deepEqual((await resolver.resolveNs("example.net")).length, 3);
    assert.equal((await resolver.resolveSoa("example.net")).minttl, 1800);
  });

  test("a text too long for a datagram comes by TCP, in pieces", async () => {
    const [pieces] = await resolver.resolveTxt("long.example.net");
    assert.equal(pieces?.join(""), long);
    assert.equal(pieces?.length, 3);
    const byTcp = await DNS.TCPClient({ dns: "127.0.0.1", port: server.port })("erp.example.net");
    assert.equal(byTcp.answers[0]?.address, "192.0.2.10");
  });

  test("an unknown name and a name without such a record are told apart", async () => {
    await assert.rejects(resolver.resolve4("nothing.example.net"), { code: "ENOTFOUND" });
    await assert.rejects(resolver.resolve4("www.debian.org"), { code: "ENOTFOUND" });
    await assert.rejects(resolver.resolveTxt("erp.example.net"), { code: "ENODATA" });
  });

  test("what the cloud has just written is what resolves", async () => {
    await assert.rejects(resolver.resolveTxt("_acme-challenge.example.net"), { code: "ENOTFOUND" });
    writeState([...records, { type: "TXT", name: "_acme-challenge", data: "proof" }]);
    assert.deepEqual(await resolver.resolveTxt("_acme-challenge.example.net"), [["proof"]]);
    writeState(records);
    await assert.rejects(resolver.resolveTxt("_acme-challenge.example.net"), { code: "ENOTFOUND" });
  });
});
