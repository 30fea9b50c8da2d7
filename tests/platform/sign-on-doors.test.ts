import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gatedServices, openPathsOf } from "../../config/derive/sign-on.ts";
import { loadConfiguration } from "../../config/load.ts";
import { readStackFile } from "../support/stack-file.ts";
import { SignOn } from "./sign-on.ts";
import { Platform, skip } from "./support.ts";

const chat = "https://chat.insightpulseai.net";
const n8n = "https://n8n.insightpulseai.net";
const allowed = "allowed@insightpulseai.com";
const gated = gatedServices(loadConfiguration(readStackFile("prod")).resolvedServices);

describe("who has not signed in to production's Mattermost and n8n", { skip, concurrency: false }, () => {
  let platform: Platform;
  before(async () => {
    platform = await Platform.shared();
  });
  after(() => platform?.close());
  const visitor = () => new SignOn(platform);

  test("these are Mattermost and n8n", () => {
    assert.deepEqual(gated.map(({ name }) => name).sort(), ["mattermost", "n8n"]);
  });

  for (const { name, url } of gated) {
    test(`${name}: a page leads to Google, with where to come back to; a program is told 401`, async () => {
      const { status, location } = await visitor().ask(`${url}/a/page?of=it`);
      assert.equal(status, 302);
      const to = new URL(location);
      assert.equal(`${to.origin}${to.pathname}`, "https://accounts.google.com/o/oauth2/v2/auth");
      assert.equal(to.searchParams.get("redirect_uri"), `${url}/oauth2/callback`);
      assert.match(to.searchParams.get("state") ?? "", /:\/a\/page\?of=it$/);
      assert.equal(to.searchParams.get("code_challenge_method"), "S256");
      const program = await visitor().ask(`${url}/a/page`, "--header", "Accept: application/json");
      assert.deepEqual([program.status, program.location], [401, ""]);
      const posted = await visitor().ask(`${url}/a/page`, "--data", "a=b");
      assert.equal(posted.status, 401);
    });

    for (const { path } of openPathsOf(gated.find((one) => one.name === name) ?? assert.fail())) {
      test(`${name}: ${path} is open, and answered by the service itself`, async () => {
        const { status, headers } = await visitor().ask(`${url}${path}`);
        assert.ok(status !== 302 && status < 500, `${status}`);
        assert.match(headers, /^x-stand-in: true/im);
      });
    }
  }

  for (const address of [
    `${n8n}/rest/login`,
    `${n8n}/rest/oauth2-credential/callback`,
    `${n8n}/rest/settings`,
    `${n8n}/healthz/readiness`,
    `${n8n}/webhook-test/a`,
    `${n8n}/WEBHOOK/a`,
    `${n8n}/webhook/../rest/users`,
    `${n8n}/webhook/..%2frest/users`,
    `${n8n}/webhook/%2e%2e/rest/users`,
    `${n8n}//rest/users`,
    `${chat}/`,
    `${chat}/login`,
    `${chat}/API/v4/users/login`,
    `${chat}/plugins/com.mattermost.plugin-metrics/download`,
    `${chat}/api/v4/../../login`,
  ]) {
    test(`${address} is closed`, async () => {
      const { status, headers } = await visitor().ask(address, "--path-as-is", "--header", "Accept: */*");
      assert.equal(status, 401);
      assert.doesNotMatch(headers, /^x-stand-in/im);
    });
  }

  for (const path of [
    "/rest/workflows/..%2f..%2fwebhook%2fx",
    "/rest/%2e%2e/webhook/x",
    "/rest/x/../../webhook/x",
    "/%77ebhook/x",
    "/rest/../healthz",
  ]) {
    test(`${path} only becomes an open path when it is decoded, and is refused`, async () => {
      const { status, headers } = await visitor().ask(`${n8n}${path}`, "--path-as-is");
      assert.equal(status, 403);
      assert.doesNotMatch(headers, /^x-stand-in/im);
    });
  }

  test("a websocket that is not open is not opened", async () => {
    const upgrade = [
      ...["--http1.1", "--header", "Connection: Upgrade", "--header", "Upgrade: websocket"],
      ...["--header", "Sec-WebSocket-Version: 13", "--header", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="],
      ...["--header", "Accept: */*"],
    ];
    assert.equal((await visitor().ask(`${n8n}/rest/push`, ...upgrade)).status, 401);
  });

  for (const header of [
    "X-Forwarded-User: admin",
    `X-Forwarded-Email: ${allowed}`,
    `X-Auth-Request-Email: ${allowed}`,
    "X-Auth-Request-User: admin",
    "X-Forwarded-Uri: /webhook/a",
    "X-Original-URL: /webhook/a",
    "X-Forwarded-For: 127.0.0.1",
    "X-Real-IP: 127.0.0.1",
    "Authorization: Bearer eyJhbGciOiJub25lIn0.eyJlbWFpbCI6ImFAYiJ9.",
    "Authorization: Basic YWRtaW46YWRtaW4=",
    "Cookie: __Secure-sign_on_prod=forged|1|forged",
  ]) {
    test(`nobody gets in by saying ${header}`, async () => {
      const { status } = await visitor().ask(`${n8n}/`, "--header", header, "--header", "Accept: */*");
      assert.equal(status, 401);
    });
  }

  for (const path of [
    "/oauth2/auth",
    "/oauth2/userinfo",
    "/oauth2/sign_in",
    "/oauth2/static/css/all.min.css",
  ]) {
    test(`${path} is no door`, async () => {
      assert.equal((await visitor().ask(`${chat}${path}`)).status, 404);
    });
  }
});
