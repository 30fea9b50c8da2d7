import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { healthUrls, waitUntilWell } from "./services.ts";
import type { Shell } from "./shell.ts";
import { Platform, skip, told } from "./support.ts";

const erp = "https://erp.insightpulseai.net";
const answering = healthUrls("insightpulseai.net");
const commit = /^[0-9a-f]{7,40} \S/m;

/**
 * The commands and names of the architecture document, as an operator types them into a shell on the host. The document's
 * operators are root there; root is let in no more, so what changes something has `sudo` before it.
 */
describe("operators' commands on production's hosts", { skip, concurrency: false }, () => {
  let platform: Platform;
  let shells: Record<"erp" | "ocr", Shell>;
  before(async () => {
    platform = await Platform.shared();
    shells = await platform.shells("erp", "ocr");
  });
  after(async () => {
    try {
      await Promise.all(Object.values(shells ?? {}).map((shell) => shell.close()));
    } finally {
      await platform?.close();
    }
  });

  /** Types commands, which all have to succeed, and returns what each printed. */
  async function typed(host: "erp" | "ocr", ...commands: string[]): Promise<string[]> {
    const printed: string[] = [];
    for (const command of commands) printed.push(await told(shells[host].type(command)));
    return printed;
  }

  test("look at logs of nginx by the document's names, without sudo", async () => {
    await told(platform.curl(`${erp}/web/login`));
    const mark = randomUUID();
    await told(platform.curl("--interface", "198.18.0.31", "--data", "x", `${erp}/web/login?by=${mark}`));
    // nginx writes its lines together, once a second.
    const file = "/var/log/nginx/odoo_access.log";
    const [, tail = "", errors, sizes = ""] = await typed(
      "erp",
      `timeout 60 bash -c 'until grep -q ${mark} ${file}; do sleep 0.1; done'`,
      `tail -n 100 ${file} | grep -E 'POST|GET'`,
      "tail -n 100 /var/log/nginx/odoo_error.log | grep -i 'error' || true",
      "ls /var/log/nginx",
    );
    // The host's own watch asks at times as well.
    const last = JSON.parse(tail.split("\n").findLast((line) => line.includes(mark)) ?? "");
    assert.equal(last.host, "erp.insightpulseai.net");
    assert.match(last.request, /^POST \/web\/login/);
    assert.equal(typeof errors, "string");
    for (const service of ["odoo", "mattermost", "n8n"])
      for (const kind of ["access", "error"]) assert.ok(sizes.includes(`${service}_${kind}.log`), service);
  });

  test("follow a log while something happens", async () => {
    const [followed = ""] = await typed(
      "erp",
      [
        "timeout 60 tail -n 0 -f /var/log/nginx/odoo_access.log | grep -m1 -E 'followed-by-an-operator' & followed=$!",
        // When tail has begun nobody knows: something happens until it has been seen.
        `while curl -s -o /dev/null '${erp}/web/health?followed-by-an-operator' && kill -0 "$followed" 2>/dev/null; do sleep 0.2; done`,
        'wait "$followed"',
      ].join("\n"),
    );
    assert.match(followed, /followed-by-an-operator/);
  });

  test("ask every service for its health from the host itself, as the document's script does", async () => {
    const urls = [
      `${erp}/web/health`,
      "https://superset.insightpulseai.net/health",
      "https://mcp.insightpulseai.net/api/health",
      "https://ocr.insightpulseai.net/health",
    ];
    const ask = (url: string) => `curl -sf -o /dev/null -w "%{http_code}" "${url}"`;
    for (const host of ["erp", "ocr"] as const)
      assert.deepEqual(
        await typed(host, ...urls.map(ask)),
        urls.map(() => "200"),
      );
    const [headers = ""] = await typed(
      "erp",
      `curl -sI ${erp} | grep -iE "X-Frame-Options|X-Content-Type|Strict-Transport-Security"`,
    );
    assert.equal(headers.trim().split("\n").length, 3);
  });

  test("restart Odoo, and it serves again", async () => {
    const [before = "", , after = ""] = await typed(
      "erp",
      "systemctl show odoo -p MainPID --value",
      "sudo systemctl restart odoo",
      "systemctl show odoo -p MainPID --value",
    );
    assert.notEqual(after, before);
    await waitUntilWell(platform, [answering.odoo]);
    assert.match(await told(platform.curl("--fail", answering.odoo)), /pass/);
  });

  test("stop a service alone: visitors are told, with the security headers, and the others go on", async () => {
    await typed("erp", "sudo systemctl stop n8n");
    try {
      const answer = await platform.curl("--include", "https://n8n.insightpulseai.net/healthz");
      assert.match(answer.stdout, /^HTTP\/\S+ 502 /);
      assert.match(answer.stdout, /strict-transport-security: max-age=31536000; includeSubDomains/i);
      assert.match(answer.stdout, /x-frame-options: SAMEORIGIN/i);
      await told(platform.curl("--fail", `${erp}/web/health`));
    } finally {
      await typed("erp", "sudo systemctl start n8n");
    }
  });

  test("stop everything before a restore and start it again, as the recovery of a database has it", async () => {
    const services = "odoo nginx mattermost n8n";
    const [, states, containers, listening, , again] = await typed(
      "erp",
      `sudo systemctl stop ${services}`,
      `systemctl is-active ${services} || true`,
      "sudo podman ps --format '{{.Names}}'",
      "ss --no-header -lnt | grep -cE ':(80|443|8069|8072|8065|5678)\\b' || true",
      `sudo systemctl start ${services}`,
      `systemctl is-active ${services}`,
    );
    assert.deepEqual(states?.split("\n"), ["inactive", "inactive", "inactive", "inactive"]);
    // Who signs people in has nothing of theirs, and may go on.
    assert.equal(containers, "oauth2-proxy");
    assert.equal(listening, "0");
    assert.deepEqual(again?.split("\n"), ["active", "active", "active", "active"]);
    // systemd calls them active before they answer.
    await waitUntilWell(platform, [answering.odoo, answering.mattermost, answering.n8n]);
    // As their users see them, by name.
    const { services: all } = JSON.parse(await told(platform.sandbox("status", "prod", "--json")));
    assert.ok(all.length > 0);
    const unwell = (all as { healthy: boolean | null }[]).filter(({ healthy }) => healthy !== true);
    assert.deepEqual(unwell, []);
  });

  // Who has just been started has said so among the last lines, and today.
  test("read the journal of every service by its name, without sudo", async () => {
    const [odoo = "", errors = "", oauth = "", n8n = "", mattermost = "", nginx = ""] = await typed(
      "erp",
      "journalctl -u odoo -n 1000 --no-pager",
      'journalctl -u odoo -p err --since "1 hour ago" --no-pager',
      "journalctl -u odoo --no-pager | grep -ic oauth || true",
      "journalctl -u n8n --since today --no-pager",
      "journalctl -u mattermost --no-pager",
      "journalctl -u nginx -n 20 --no-pager",
    );
    assert.match(odoo, /stand-in for odoo listens on 127\.0\.0\.1:8069/);
    assert.doesNotMatch(errors, /not seeing messages|invalid option/);
    assert.match(oauth, /^\d+$/);
    assert.match(n8n, /stand-in for n8n listens on 127\.0\.0\.1:5678/);
    assert.match(mattermost, /stand-in for mattermost listens on 127\.0\.0\.1:8065/);
    assert.match(nginx, /nginx/);
    const [ocr = "", redis = ""] = await typed(
      "ocr",
      "journalctl -u ocr --no-pager",
      "journalctl -u redis-server --no-pager",
    );
    assert.match(ocr, /stand-in for ocr-service listens on 127\.0\.0\.1:8080/);
    assert.match(redis, /Ready to accept connections/);
  });

  test("see what the firewall lets in", async () => {
    const [status = ""] = await typed("erp", "sudo ufw status verbose");
    assert.match(status, /^Status: active$/m);
    assert.match(status, /^Default: deny \(incoming\), allow \(outgoing\)/m);
    for (const port of [22, 80, 443]) assert.match(status, new RegExp(`^${port}/tcp +(ALLOW|LIMIT) IN`, "m"));
    assert.deepEqual([...new Set(status.match(/^\d+/gm))].sort(), ["22", "443", "80"]);
  });

  test("see which certificate is served and until when", async () => {
    const [listed = "", text = ""] = await typed(
      "erp",
      "sudo certbot certificates",
      "sudo openssl x509 -in /etc/letsencrypt/live/erp.insightpulseai.net/fullchain.pem -noout -subject -enddate",
    );
    assert.match(listed, /Certificate Name: erp\.insightpulseai\.net/);
    assert.match(
      listed,
      /Private Key Path: \/etc\/letsencrypt\/live\/erp\.insightpulseai\.net\/privkey\.pem/,
    );
    assert.match(text, /notAfter=/);
  });

  test("look at the history of Odoo's modules, and check out the commit they are at by hand", async () => {
    const [, log = "", at = "", , moved = "", , , back = ""] = await typed(
      "erp",
      "cd /opt/odoo",
      "git log --oneline -n 10",
      "git rev-parse HEAD",
      "sudo git checkout --quiet --detach HEAD",
      "git rev-parse HEAD",
      "sudo systemctl restart odoo",
      "cd",
      "git -C /opt/odoo rev-parse HEAD",
    );
    assert.match(log, commit);
    assert.equal(moved, at);
    assert.equal(back, at);
    await waitUntilWell(platform, [answering.odoo]);
  });

  test("have the database's own tools at hand", async () => {
    const [psql = "", dump = ""] = await typed("erp", "psql --version", "pg_dump --version | head -n 1");
    assert.match(psql, /^psql \(PostgreSQL\)/);
    assert.match(dump, /^pg_dump \(PostgreSQL\)/);
  });

  test("cannot put aside a container that a unit of the host runs", async () => {
    const { hosts } = JSON.parse(await told(platform.ops("move", "inventory", "--json")));
    const found = hosts.erp.containers as { name: string; unit: string | null; service: string | null }[];
    const proxy = found.find(({ name }) => name === "oauth2-proxy");
    assert.deepEqual([proxy?.unit, proxy?.service], ["oauth2-proxy.service", null]);
    const refused = await platform.ops("put-aside", "erp", "oauth2-proxy", "--yes-really", "erp");
    assert.equal(refused.exitCode, 1, refused.text);
    assert.match(refused.text, /oauth2-proxy is run by oauth2-proxy\.service, which this host was made with/);
    await typed("erp", "systemctl is-active oauth2-proxy.service");
  });

  test("leave nothing changed behind", async () => {
    for (const host of ["erp", "ocr"] as const)
      assert.deepEqual(await typed(host, "sudo converge check"), ["everything is as the bundle says"]);
  });
});
