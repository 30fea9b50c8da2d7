import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import type { CloudKeys } from "../../sandbox/engine/cloud.ts";
import { findExisting } from "../../sandbox/recovery/existing.ts";
import { removeLeftovers } from "../../sandbox/recovery/leftovers.ts";

const droplets = [
  { id: 1, name: "erp" },
  { id: 2, name: "erp" },
  { id: 3, name: "ocr" },
];
const records = [
  { id: 7, type: "CNAME", name: "superset", data: "app.example" },
  { id: 8, type: "A", name: "superset", data: "192.0.2.1" },
  { id: 9, type: "CAA", name: "@", data: "ca.example", tag: "issue" },
  { id: 10, type: "CAA", name: "@", data: "ca.example", tag: "issuewild" },
];

/** A vendor's API with two lists, and what was deleted from it. */
async function startVendor(context: TestContext) {
  const deleted: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    assert.equal(request.headers.authorization, "Bearer token");
    if (request.method === "DELETE") {
      deleted.push(path);
      response.writeHead(204).end();
    } else if (path === "/v2/droplets") response.end(JSON.stringify({ droplets }));
    else if (path === "/v2/domains/example.test/records")
      response.end(JSON.stringify({ domain_records: records }));
    else response.writeHead(404).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const cloud: CloudKeys = {
    pid: process.pid,
    apiUrl: `http://127.0.0.1:${port}`,
    spacesUrl: "",
    token: "token",
    spacesAccessKeyId: "",
    spacesSecretAccessKey: "",
    cloudflareToken: "",
  };
  return { cloud, deleted };
}

test("only the one of that name which no stack knows is removed", async (context) => {
  const { cloud, deleted } = await startVendor(context);
  const creation = { type: "digitalocean:index/droplet:Droplet", name: "host-erp", inputs: { name: "erp" } };
  assert.deepEqual(await removeLeftovers([creation], new Set(["1"]), cloud), ["Droplet host-erp (2)"]);
  assert.deepEqual(deleted, ["/v2/droplets/2"]);
});

test("a record is told by its type, name and value, with or without the final dot", async (context) => {
  const { cloud, deleted } = await startVendor(context);
  const inputs = { domain: "example.test", type: "CNAME", name: "superset", value: "app.example." };
  const creation = { type: "digitalocean:index/dnsRecord:DnsRecord", name: "superset", inputs };
  await removeLeftovers([creation], new Set(), cloud);
  assert.deepEqual(deleted, ["/v2/domains/example.test/records/7"]);
});

test("two records that differ in their tag alone are two: each is found for itself", async (context) => {
  const { cloud } = await startVendor(context);
  const creations = ["issuewild", "issue"].map((tag) => ({
    type: "digitalocean:index/dnsRecord:DnsRecord",
    name: tag,
    inputs: { domain: "example.test", type: "CAA", name: "@", value: "ca.example.", tag },
  }));
  const found = await findExisting(creations, new Set(), cloud);
  assert.deepEqual(
    found.map(({ name, importId }) => [name, importId]),
    [
      ["issuewild", "example.test,10"],
      ["issue", "example.test,9"],
    ],
  );
});

test("what would be created twice of one name takes the one that is there once; what is known is not found", async (context) => {
  const { cloud } = await startVendor(context);
  const erp = { type: "digitalocean:index/droplet:Droplet", name: "host-erp", inputs: { name: "erp" } };
  const found = await findExisting([erp, erp, erp], new Set(["1"]), cloud);
  assert.deepEqual(
    found.map(({ importId }) => importId),
    ["2"],
  );
});

test("a list that is not there, and a kind that may be created twice, leave nothing to remove", async (context) => {
  const { cloud, deleted } = await startVendor(context);
  const gone = { type: "digitalocean:index/vpc:Vpc", name: "network", inputs: { name: "network" } };
  const harmless = { type: "random:index/randomPassword:RandomPassword", name: "password", inputs: {} };
  assert.deepEqual(await removeLeftovers([gone, harmless], new Set(), cloud), []);
  assert.deepEqual(deleted, []);
});
