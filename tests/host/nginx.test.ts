import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { contentOf, render } from "./support/render.ts";

const erp = render("erp");
const site = (name: string, bundle = erp) => contentOf(bundle, `/etc/nginx/sites-enabled/${name}.conf`);

/** The directives of a block, without comments and indentation. */
function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** What stands in the braces after a heading. */
function block(text: string, heading: string): string[] {
  const start = text.indexOf(`${heading} {`);
  assert.notEqual(start, -1, `no ${heading}`);
  return lines(text.slice(start + heading.length + 2, text.indexOf("}", start)));
}

suite("nginx, by the architecture's figures", () => {
  test("TLS 1.2 and 1.3 with the two suites and the certificate's path", () => {
    assert.deepEqual(lines(contentOf(erp, "/etc/nginx/snippets/tls.conf")), [
      "ssl_certificate /etc/letsencrypt/live/erp.insightpulseai.net/fullchain.pem;",
      "ssl_certificate_key /etc/letsencrypt/live/erp.insightpulseai.net/privkey.pem;",
      "ssl_protocols TLSv1.2 TLSv1.3;",
      "ssl_ciphers 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256';",
      "ssl_prefer_server_ciphers on;",
      "ssl_session_cache shared:SSL:10m;",
      "ssl_session_timeout 10m;",
    ]);
  });

  const headers = [
    'add_header X-Frame-Options "SAMEORIGIN" always;',
    'add_header X-Content-Type-Options "nosniff" always;',
    'add_header X-XSS-Protection "1; mode=block" always;',
    'add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;',
    'add_header Referrer-Policy "strict-origin-when-cross-origin" always;',
    'add_header Permissions-Policy "geolocation=(), microphone=(), camera=()" always;',
  ];

  test("the six security headers, and no service's own beside them", () => {
    assert.deepEqual(lines(contentOf(erp, "/etc/nginx/snippets/security-headers.conf")), headers);
    const hidden = lines(contentOf(erp, "/etc/nginx/snippets/proxy.conf"));
    for (const header of headers) {
      assert.ok(hidden.includes(`proxy_hide_header ${header.split(" ")[1]};`), header);
    }
  });

  test("a location with a header of its own repeats the six", () => {
    for (const bundle of [erp, render("ocr")]) {
      for (const { path, content } of bundle.files.filter((file) => file.path.includes("/sites-enabled/"))) {
        for (const part of content.split(/^ {4}location /m).slice(1)) {
          const body = part.slice(0, part.indexOf("\n    }"));
          if (body.includes("add_header"))
            assert.match(body, /include snippets\/security-headers\.conf;/, path);
        }
      }
    }
  });

  test("static files: kept 24 hours, 7 days in browsers", () => {
    const cache = block(site("odoo"), "location ~* /web/static/");
    for (const line of ["proxy_cache static_cache;", "proxy_cache_valid 200 24h;", "expires 7d;"]) {
      assert.ok(cache.includes(line), line);
    }
    assert.match(contentOf(erp, "/etc/nginx/nginx.conf"), /keys_zone=static_cache:10m/);
  });

  test("websockets: Odoo's own port for an hour, Mattermost's and n8n's own paths", () => {
    assert.ok(site("odoo").includes("upstream odoo-websocket {\n    server 127.0.0.1:8072 "));
    assert.deepEqual(block(site("odoo"), "location /websocket"), [
      "proxy_pass http://odoo-websocket;",
      "proxy_send_timeout 3600s;",
      "proxy_read_timeout 3600s;",
    ]);
    assert.ok(site("mattermost").includes("location /api/v4/websocket {"));
    assert.equal(block(site("n8n"), "location /rest/push")[0], "proxy_pass http://n8n;");
  });

  test("the session cookie is everybody's below the domain, secure, hidden from scripts, and for other sites", () => {
    const server = lines(site("odoo"));
    assert.ok(server.includes("proxy_cookie_flags session_id secure httponly samesite=none;"));
    assert.ok(server.includes('proxy_cookie_path "~^/$" "/; Domain=.insightpulseai.net";'));
    assert.doesNotMatch(site("n8n"), /proxy_cookie/);
  });

  test("logins are slowed down, with zones where nginx takes them; the database manager is closed", () => {
    for (const [name, path] of [
      ["odoo", "/web/login"],
      ["mattermost", "/api/v4/users/login"],
      ["n8n", "/rest/login"],
    ] as const) {
      const text = site(name);
      assert.equal(
        block(text, `location ~* ^${path}/?$`)[0],
        `limit_req zone=${name}_logins burst=2 nodelay;`,
      );
      const zone = text.indexOf(`limit_req_zone $posting_client zone=${name}_logins:10m rate=5r/m;`);
      assert.ok(zone !== -1 && zone < text.indexOf("server {"), name);
    }
    assert.deepEqual(block(site("odoo"), "location ~* ^/web/database"), ["return 403;"]);
    assert.deepEqual(block(site("n8n"), "location ~* ^/metrics"), ["return 403;"]);
  });

  test("what is closed comes before every other pattern, since the first that fits decides", () => {
    const patterns = [...site("odoo").matchAll(/location ~\* (\S+)/g)].map(([, pattern]) => pattern);
    assert.deepEqual(patterns, [
      "^/web/database",
      ...["^/web/login/?$", "^/web/reset_password/?$", "^/web/signup/?$"],
      "/web/static/",
    ]);
  });

  test("sizes of bodies and timeouts of each service", () => {
    const said = (name: string, bundle = erp) =>
      lines(site(name, bundle))
        .filter((line) => /^(client_max_body_size|proxy_read_timeout)/.test(line))
        .slice(0, 2);
    assert.deepEqual(said("odoo"), ["client_max_body_size 100m;", "proxy_read_timeout 600s;"]);
    assert.deepEqual(said("mattermost"), ["client_max_body_size 50m;", "proxy_read_timeout 300s;"]);
    assert.deepEqual(said("n8n"), ["client_max_body_size 50m;", "proxy_read_timeout 300s;"]);
    assert.deepEqual(said("ocr", render("ocr")), ["client_max_body_size 10m;", "proxy_read_timeout 120s;"]);
  });

  test("health is never nginx's own answer", () => {
    for (const name of ["odoo", "mattermost", "n8n"]) {
      assert.deepEqual(block(site(name), "location /"), [`proxy_pass http://${name};`]);
      assert.doesNotMatch(lines(site(name)).join("\n"), /return 200|health|ping/);
    }
  });

  test("80 leads to 443 for known names, www and the bare domain to Odoo, the rest nowhere", () => {
    const text = site("000-default");
    assert.match(text, /listen 80 default_server;[^}]*return 444;/);
    assert.match(text, /listen 443 ssl http2 default_server;[^}]*return 444;/);
    assert.match(
      text,
      /server_name erp\.insightpulseai\.net chat\.insightpulseai\.net n8n\.insightpulseai\.net insightpulseai\.net www\.insightpulseai\.net;\n[^}]*return 301 https:\/\/\$host\$request_uri;/,
    );
    assert.match(
      text,
      /server_name insightpulseai\.net www\.insightpulseai\.net;[^}]*return 301 https:\/\/erp\.insightpulseai\.net\$request_uri;/,
    );
    assert.doesNotMatch(site("000-default", render("ocr")), /www/);
  });

  test("logs by service, with the times of the service behind", () => {
    assert.ok(
      lines(site("odoo")).includes(
        "access_log /var/log/nginx/odoo_access.log upstream_times buffer=64k flush=1s;",
      ),
    );
    assert.ok(lines(site("odoo")).includes("error_log /var/log/nginx/odoo_error.log warn;"));
    const format = contentOf(erp, "/etc/nginx/nginx.conf");
    for (const name of [
      "upstream_connect_time",
      "upstream_header_time",
      "upstream_response_time",
      "request_time",
    ]) {
      assert.ok(format.includes(`$${name}`), name);
    }
    assert.match(format, /server_tokens off;/);
  });

  test("IPv6 is listened on only where the host has it", () => {
    assert.doesNotMatch(site("odoo"), /\[::\]/);
    assert.match(
      site("odoo", render("erp", { edits: { "hosts.erp.ipv6": true } })),
      /listen \[::\]:443 ssl http2;/,
    );
  });
});
