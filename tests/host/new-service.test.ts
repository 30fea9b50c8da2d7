import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { catalogue, type Service } from "../../config/catalogue.ts";
import { planDnsRecords } from "../../config/derive/dns-records.ts";
import { serviceAddresses } from "../../config/derive/service-addresses.ts";
import { configuration, contentOf, render } from "./support/render.ts";

const wiki: Service = {
  kind: "host",
  title: "A wiki",
  host: "erp",
  subdomain: "wiki",
  port: 3456,
  health: { path: "/status", status: 200, body: /fine/ },
  signOn: { kind: "none" },
  databaseRole: "wiki",
  generatedSecrets: ["key"],
  image: { registryType: "GHCR", registry: "example", repository: "wiki", tag: "2.1.0" },
  container: {
    userId: 2010,
    memory: { minimumMib: 256 },
    variables: {
      ADDRESS: { from: "url" },
      KEY: { from: "generated", secret: "key" },
      DATABASE: { from: "databaseUrl", scheme: "postgresql" },
    },
    data: [{ folder: "pages", mountedAt: "/pages" }],
    startSeconds: 30,
    stopSeconds: 10,
  },
  web: { bodyMib: 5, timeouts: { connectSeconds: 5, answerSeconds: 30 } },
};

suite("a service is one entry of the catalogue", () => {
  const rendering = { catalogue: { ...catalogue, wiki } };
  const config = configuration(rendering);
  const bundle = render("erp", rendering);

  test("server block, names on port 80, record, health address", () => {
    const site = contentOf(bundle, "/etc/nginx/sites-enabled/wiki.conf");
    assert.match(site, /server_name wiki\.insightpulseai\.net;/);
    assert.match(site, /server 127\.0\.0\.1:3456 /);
    assert.match(site, /client_max_body_size 5m;/);
    assert.match(
      contentOf(bundle, "/etc/nginx/sites-enabled/000-default.conf"),
      / wiki\.insightpulseai\.net /,
    );
    const record = planDnsRecords(config.resolvedServices, config).find(({ key }) => key === "wiki");
    assert.deepEqual(record?.target, { kind: "host", host: "erp" });
    const address = serviceAddresses(config.resolvedServices).find(({ name }) => name === "wiki");
    assert.equal(address?.healthUrl, "https://wiki.insightpulseai.net/status");
  });

  test("unit, account, data, environment, secrets, memory", () => {
    const unit = contentOf(bundle, "/etc/containers/systemd/wiki.container").split("\n");
    for (const line of [
      "Image=ghcr.io/example/wiki:2.1.0",
      "User=2010",
      "ReadOnly=true",
      "Volume=/var/lib/wiki/pages:/pages",
      'Environment="ADDRESS=https://wiki.insightpulseai.net"',
      "MemoryMax=256M",
    ]) {
      assert.ok(unit.includes(line), line);
    }
    const secrets = contentOf(bundle, "/etc/insightpulse/secrets/wiki.env");
    assert.match(secrets, /^KEY=secret-wiki-key$/m);
    assert.match(secrets, /^DATABASE=postgresql:\/\/wiki_a\.spdtwktxdalcfigzeqrz:secret-wiki@/m);
    assert.ok(
      bundle.directories.some(({ path, owner }) => path === "/var/lib/wiki/pages" && owner === "svc-wiki"),
    );
    // What the wiki takes is what Odoo no longer has.
    assert.match(contentOf(bundle, "/etc/containers/systemd/odoo.container"), /^MemoryMax=1536M$/m);
  });

  test("converge waits for its health, and a timer watches it", () => {
    const unit = bundle.units.find(({ name }) => name === "wiki.service");
    assert.deepEqual(unit?.health, {
      url: "http://127.0.0.1:3456/status",
      status: 200,
      body: "fine",
      timeoutSeconds: 30,
    });
    assert.ok(bundle.units.some(({ name }) => name === "watch-health@wiki.timer"));
    assert.match(contentOf(bundle, "/etc/insightpulse/health/wiki.env"), /^HEALTH_BODY='fine'$/m);
  });

  test("without it, nothing of it is there", () => {
    assert.doesNotMatch(JSON.stringify(render("erp")), /wiki/);
  });
});
