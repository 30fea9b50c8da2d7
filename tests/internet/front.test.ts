import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { writeJson } from "../../sandbox/engine/files.ts";
import { Authority } from "../../sandbox/internet/authority.ts";
import { appPlatform } from "../../sandbox/internet/front/app-platform.ts";
import { cloudSites } from "../../sandbox/internet/front/cloud-sites.ts";
import { type Front, startFront } from "../../sandbox/internet/front/front.ts";
import { agents, supabaseRest } from "../../sandbox/internet/front/pages.ts";
import { type SlackMessage, slack } from "../../sandbox/internet/front/slack.ts";
import { Received } from "../../sandbox/internet/received.ts";
import { callSite } from "./support/https.ts";

const folder = mkdtempSync(join(tmpdir(), "front-"));
const received = new Received<SlackMessage>(join(folder, "slack.jsonl"));
const aliases: Record<string, string[]> = {
  "superset.example.net": ["superset.example.net", "superset-abcde.ondigitalocean.app"],
};

const aliasesOf = (host: string) => aliases[host] ?? [host];
const app = {
  id: "1",
  name: "superset",
  deployment: "1",
  services: [],
  variables: [],
  rules: [],
  jobsBefore: [],
};
/** One app, which nobody plays. */
const nobody = {
  find: (host: string) =>
    host === "superset-abcde.ondigitalocean.app" ? { ...app, registry: undefined } : undefined,
  serve: async () => "the sandbox does not run the containers of this app",
};

/** Stands for the cloud: says what it was asked. */
const origin = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    response.writeHead(201, { "content-type": "application/json", "x-origin": "cloud" });
    response.end(
      JSON.stringify({ method: request.method, url: request.url, host: request.headers.host, body }),
    );
  });
});

describe("The HTTPS front", () => {
  let front: Front;
  let authority: Authority;
  before(async () => {
    await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
    const { port } = origin.address() as { port: number };
    const url = `http://127.0.0.1:${port}`;
    writeJson(join(folder, "cloud.json"), { apiUrl: url, spacesUrl: url });
    authority = await Authority.open(folder);
    const sites = [
      ...cloudSites(folder),
      slack(received),
      appPlatform(nobody, aliasesOf),
      agents,
      supabaseRest(["abcdefghijklmnopqrst"]),
    ];
    front = await startFront({ address: "127.0.0.1", port: 0, authority, sites, aliasesOf });
  });
  after(async () => {
    await front?.stop();
    origin.closeAllConnections();
    origin.close();
    rmSync(folder, { recursive: true });
  });

  const call = (url: string, options: Omit<Parameters<typeof callSite>[2], "ca"> = {}) =>
    callSite(front.port, url, { ca: authority.certificate, ...options });

  test("the vendors' APIs and Spaces are the cloud, with the host name that was signed", async () => {
    const answer = await call("https://api.digitalocean.com/v2/droplets?page=2", {
      method: "POST",
      body: "{}",
    });
    assert.equal(answer.status, 201);
    assert.equal(answer.headers["x-origin"], "cloud");
    assert.deepEqual(JSON.parse(answer.text), {
      method: "POST",
      url: "/v2/droplets?page=2",
      host: "api.digitalocean.com",
      body: "{}",
    });
    const { text } = await call("https://backups.nyc3.digitaloceanspaces.com/a%20b");
    assert.equal(JSON.parse(text).host, "backups.nyc3.digitaloceanspaces.com");
    assert.equal(JSON.parse(text).url, "/a%20b");
  });

  test("the sandbox's own calls are not the vendor's", async () => {
    assert.equal((await call("https://api.digitalocean.com/_sandbox/reset", { method: "POST" })).status, 404);
  });

  test("every name has a certificate for itself, and a name that leads nowhere has none", async () => {
    const { certificate } = await call("https://api.cloudflare.com/client/v4/zones");
    assert.equal(new X509Certificate(certificate).subjectAltName, "DNS:api.cloudflare.com");
    await assert.rejects(call("https://www.debian.org/"));
  });

  test("an app's own domain leads to App Platform, which says that nothing runs there", async () => {
    const answer = await call("https://superset.example.net/health");
    assert.equal(answer.status, 503);
    assert.equal(answer.headers["x-stand-in"], "true");
    assert.match(answer.text, /superset.example.net: the sandbox does not run the containers of this app/);
    assert.equal(new X509Certificate(answer.certificate).subjectAltName, "DNS:superset.example.net");
  });

  test("a cloud that is down is a bad gateway", async () => {
    writeJson(join(folder, "down", "cloud.json"), { apiUrl: "http://127.0.0.1:1", spacesUrl: null });
    const sites = cloudSites(join(folder, "down"));
    const settings = { address: "127.0.0.1", port: 0, authority, sites, aliasesOf: (host: string) => [host] };
    const down = await startFront(settings);
    after(() => down.stop());
    const options = { ca: authority.certificate };
    assert.equal((await callSite(down.port, "https://api.digitalocean.com/v2/account", options)).status, 502);
    assert.equal((await callSite(down.port, "https://a.nyc3.digitaloceanspaces.com/", options)).status, 503);
  });

  test("Slack keeps what it is sent, without the address that is a secret", async () => {
    const url = "https://hooks.slack.com/services/T0/B0/secretsecret";
    const good = await call(url, { method: "POST", body: JSON.stringify({ text: "odoo is down" }) });
    assert.deepEqual([good.status, good.text], [200, "ok"]);
    const empty = await call(url, { method: "POST", body: "{}" });
    assert.deepEqual([empty.status, empty.text], [400, "no_text"]);
    assert.equal((await call(url, { method: "POST", body: "no JSON" })).text, "invalid_payload");
    assert.equal((await call("https://hooks.slack.com/", { method: "POST" })).status, 404);
    const messages = received.all();
    assert.deepEqual(
      messages.map(({ message }) => message),
      [{ text: "odoo is down" }],
    );
    assert.ok(!JSON.stringify(messages).includes("secretsecret"));
  });
});
