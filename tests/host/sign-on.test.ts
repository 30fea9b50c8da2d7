import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { gatedServices, openPathsOf } from "../../config/derive/sign-on.ts";
import { signOnProxy } from "../../config/sign-on.ts";
import { builtPrograms } from "../../sandbox/internet/registry/built-images.ts";
import { configuration, contentOf, fileOf, render } from "./support/render.ts";

const erp = render("erp");
const settings = (bundle = erp) => contentOf(bundle, "/etc/oauth2-proxy/oauth2-proxy.cfg");
const gated = gatedServices(configuration().resolvedServices);

suite("the sign-on proxy", () => {
  test("runs where a service is behind it, and nowhere else", () => {
    assert.ok(erp.units.some(({ name }) => name === "oauth2-proxy.service"));
    const ocr = render("ocr");
    assert.ok(!ocr.units.some(({ name }) => name === "oauth2-proxy.service"));
    assert.ok(!ocr.files.some(({ path }) => path.includes("oauth2-proxy")));
    assert.doesNotMatch(contentOf(ocr, "/etc/nginx/sites-enabled/001-sign-on.conf"), /upstream/);
  });

  test("starts before nginx, is watched, and restarts when its settings change", () => {
    const names = erp.units.map(({ name }) => name);
    assert.ok(names.indexOf("oauth2-proxy.service") < names.indexOf("nginx.service"));
    assert.ok(names.includes("watch-health@oauth2-proxy.timer"));
    const unit = erp.units.find(({ name }) => name === "oauth2-proxy.service");
    for (const pattern of ["/etc/oauth2-proxy/**", "/etc/insightpulse/secrets/oauth2-proxy.env"])
      assert.ok(unit?.restartOn.includes(pattern), pattern);
  });

  test("its image is there before the one that runs is stopped, as every container's", () => {
    const unit = erp.units.find(({ name }) => name === "oauth2-proxy.service");
    const file = contentOf(erp, "/etc/containers/systemd/oauth2-proxy.container");
    assert.equal(unit?.image?.reference, /^Image=(?<reference>.*)$/m.exec(file)?.groups?.reference);
  });

  test("its client and its key are where only root reads, and nowhere else", () => {
    const secrets = fileOf(erp, "/etc/insightpulse/secrets/oauth2-proxy.env");
    assert.deepEqual([secrets.mode, secrets.secret], ["0600", true]);
    assert.match(secrets.content, /^OAUTH2_PROXY_CLIENT_SECRET=secret-client-secret$/m);
    const key = /^OAUTH2_PROXY_COOKIE_SECRET=(?<key>.*)$/m.exec(secrets.content)?.groups?.key ?? "";
    assert.equal(Buffer.from(key, "base64url").length, 32);
    const others = erp.files.filter(({ path }) => path !== secrets.path);
    for (const word of ["secret-client-secret", "secret-client-id", key])
      assert.deepEqual(
        others.filter(({ content }) => content.includes(word)).map(({ path }) => path),
        [],
      );
  });

  test("the session is an hour, renewed while it is used, for every name below the domain and no other site", () => {
    for (const line of [
      'cookie_name = "__Secure-sign_on_prod"',
      'cookie_domains = [".insightpulseai.net"]',
      "cookie_secure = true",
      "cookie_httponly = true",
      'cookie_samesite = "lax"',
      'cookie_expire = "3600s"',
      'cookie_refresh = "300s"',
    ])
      assert.ok(settings().split("\n").includes(line), line);
    const staging = settings(render("erp", { stack: "staging" }));
    assert.match(staging, /^cookie_name = "__Secure-sign_on_staging"$/m);
    assert.match(staging, /^cookie_domains = \["\.staging\.insightpulseai\.net"\]$/m);
  });

  test("who may come in follows from the settings", () => {
    assert.match(settings(), /^email_domains = \["insightpulseai\.com"\]$/m);
    assert.doesNotMatch(settings(), /authenticated_emails_file/);
    const signOn = { emails: ["one@example.org", "two@example.org"] };
    const some = render("erp", { edits: { signOn } });
    assert.match(settings(some), /^email_domains = \[\]$/m);
    assert.match(settings(some), /^authenticated_emails_file = "\/etc\/oauth2-proxy\/emails"$/m);
    const emails = fileOf(some, "/etc/oauth2-proxy/emails");
    assert.equal(emails.content, "one@example.org\ntwo@example.org\n");
    assert.deepEqual([emails.mode, emails.group], ["0640", "svc-oauth2-proxy"]);
  });

  test("the sandbox builds the version that hosts ask for", () => {
    assert.equal(signOnProxy.image.split(":v")[1], builtPrograms["oauth2-proxy"].version);
  });
});

suite("nginx in front of gated services", () => {
  for (const service of gated) {
    const site = contentOf(erp, `/etc/nginx/sites-enabled/${service.name}.conf`);
    const open = contentOf(erp, `/etc/nginx/snippets/open-paths-${service.name}.conf`);

    test(`${service.name} is closed but for its open paths, its health path among them`, () => {
      assert.ok(site.includes("include snippets/sign-on.conf;"));
      assert.ok(site.includes(`include snippets/open-paths-${service.name}.conf;`));
      const named = [...open.matchAll(/^location (?:= )?(\S+) \{/gm)].map(([, path]) => path);
      assert.deepEqual(
        named,
        openPathsOf(service).map(({ path }) => path),
      );
      assert.ok(named.includes(service.health.path));
      assert.equal(open.split("auth_request off;").length - 1, named.length);
    });

    test(`${service.name}: a limit of logins opens nothing that is closed`, () => {
      const limits = [...site.matchAll(/location ~(\*?) \^(\S+)\/\?\$ \{\n(?<body>[^}]*\}?[^}]*)\}/g)];
      assert.ok(limits.length > 0);
      for (const [, anyCase, path, body = ""] of limits) {
        const isOpen = anyCase === "" && openPathsOf(service).some((one) => path?.startsWith(one.path));
        assert.equal(body.includes("auth_request off;"), isOpen, path);
      }
    });
  }

  test("services that sign people in themselves are not gated", () => {
    assert.doesNotMatch(contentOf(erp, "/etc/nginx/sites-enabled/odoo.conf"), /sign-on|auth_request/);
  });

  test("what clients say about themselves is dropped, and the session with it", () => {
    const proxy = contentOf(erp, "/etc/nginx/snippets/proxy.conf");
    for (const name of [
      "X-Forwarded-User",
      "X-Forwarded-Email",
      "X-Auth-Request-Email",
      "X-Auth-User",
      "Remote-User",
    ])
      assert.ok(proxy.includes(`proxy_set_header ${name} "";`), name);
    assert.ok(proxy.includes("proxy_set_header Cookie $passed_cookies;"));
  });
});

suite("sign-on in Odoo", () => {
  test("the client is known before Odoo starts, from a file that only root reads", () => {
    const unit = contentOf(erp, "/etc/systemd/system/odoo-parameters.service");
    assert.match(unit, /--file=\/etc\/odoo\/parameters\.sql --file=\/etc\/odoo\/sign-on\.sql$/m);
    const { content, mode } = fileOf(erp, "/etc/insightpulse/secrets/odoo-database.env");
    assert.match(content, /^GOOGLE_CLIENT_ID=secret-odoo-client-id$/m);
    assert.equal(mode, "0600");
    const odoo = erp.units.find(({ name }) => name === "odoo.service");
    assert.ok(odoo?.restartOn.includes("/etc/odoo/sign-on.sql"));
  });
});
