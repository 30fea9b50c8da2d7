import assert from "node:assert/strict";
import { test } from "node:test";
import { contentOf, fileOf, render } from "./support/render.ts";

const settings = "/etc/insightpulse/secrets/dns-challenge.json";

test("the challenge goes to whoever hosts the zone, waits 120 s, and its token is secret", () => {
  const bundle = render("erp");
  assert.deepEqual(JSON.parse(contentOf(bundle, settings)), {
    provider: "digitalocean",
    zone: "insightpulseai.net",
    token: "secret-token",
    propagationSeconds: 120,
  });
  assert.equal(fileOf(bundle, settings).mode, "0600");
  const cloudflare = render("erp", {
    edits: {
      "dns.provider": "cloudflare",
      "dns.cloudflare": { zoneId: "z" },
      "certificates.propagationSeconds": 10,
    },
  });
  assert.match(contentOf(cloudflare, settings), /"provider": "cloudflare"[\s\S]*"propagationSeconds": 10/);
});

test("every host asks for the bare domain and everything below it, under the one name", () => {
  for (const host of ["erp", "ocr"]) {
    const environment = contentOf(render(host), "/etc/insightpulse/certificate.env");
    assert.match(environment, /^CERTIFICATE_NAME=erp\.insightpulseai\.net\nDOMAIN=insightpulseai\.net$/m);
  }
});

test("renewed by certbot's timer, and nginx takes the new one up", () => {
  const bundle = render("erp");
  const timers = bundle.units.map(({ name }) => name);
  assert.ok(timers.includes("certbot.timer") && timers.includes("obtain-certificate.timer"));
  const hook = fileOf(bundle, "/etc/letsencrypt/renewal-hooks/deploy/reload-nginx");
  assert.match(hook.content, /systemctl reload nginx/);
  assert.equal(hook.mode, "0755");
  assert.match(contentOf(bundle, "/etc/letsencrypt/cli.ini"), /^email = jgtolentino_rn@yahoo\.com$/m);
});

test("a zone that is hosted elsewhere can prove nothing: nginx starts, nobody is asked", () => {
  const bundle = render("erp", { edits: { "dns.provider": "elsewhere" }, values: {} });
  assert.ok(!bundle.packages.includes("certbot"));
  assert.ok(!bundle.files.some(({ path }) => path === settings));
  assert.ok(bundle.files.some(({ path }) => path.endsWith("/placeholder-certificate")));
});
