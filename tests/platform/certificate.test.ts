import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { waitFor } from "../support/wait-for.ts";
import type { Shell } from "./shell.ts";
import { withSteadyRequests } from "./steady-requests.ts";
import { Platform, skip, told } from "./support.ts";

const names = { erp: "erp.insightpulseai.net", ocr: "ocr.insightpulseai.net" } as const;
const hosts = ["erp", "ocr"] as const;
const live = "/etc/letsencrypt/live/erp.insightpulseai.net";

describe("the certificate of production's hosts", { skip, concurrency: false }, () => {
  let platform: Platform;
  let shells: Record<(typeof hosts)[number], Shell>;
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

  /** What a server shows to whoever connects. */
  async function served(name: string): Promise<X509Certificate> {
    const words = ["-connect", `${name}:443`, "-servername", name, "-verify_return_error"];
    return new X509Certificate(await told(platform.from("openssl", "s_client", ...words)));
  }

  /** What must not change when a certificate is taken up: the process that all connections belong to. */
  const nginx = (host: string) =>
    told(platform.inside(host, "systemctl", "show", "nginx", "-p", "MainPID,ActiveEnterTimestamp,NRestarts"));

  for (const host of hosts) {
    test(`${host} serves the wildcard and the root, issued by Let's Encrypt's stand-in`, async () => {
      const certificate = await served(names[host]);
      const covered = certificate.subjectAltName?.split(", ").sort();
      assert.deepEqual(covered, ["DNS:*.insightpulseai.net", "DNS:insightpulseai.net"]);
      assert.match(certificate.issuer, /^CN=Pebble Intermediate CA/);
      assert.match(certificate.publicKey.asymmetricKeyType ?? "", /^ec$/);
    });

    test(`${host} keeps it where the inventory says, its key for root alone, and the placeholder is gone`, async () => {
      const listed = await told(platform.inside(host, "sh", "-c", `stat -Lc '%n %a %U' ${live}/*.pem`));
      assert.deepEqual(listed.split("\n"), [
        `${live}/cert.pem 644 root`,
        `${live}/chain.pem 644 root`,
        `${live}/fullchain.pem 644 root`,
        `${live}/privkey.pem 600 root`,
      ]);
      assert.equal(await told(platform.inside(host, "stat", "-c", "%a %U", live)), "700 root");
      const stored = new X509Certificate(await told(platform.inside(host, "cat", `${live}/cert.pem`)));
      assert.equal(stored.serialNumber, (await served(names[host])).serialNumber);
      assert.notEqual(stored.issuer, stored.subject);
    });

    test(`${host} has a timer that asks whether it is to be renewed, and it is not yet`, async () => {
      assert.equal(await told(platform.inside(host, "systemctl", "is-active", "certbot.timer")), "active");
      const before = await served(names[host]);
      // What the timer starts.
      await told(platform.inside(host, "systemctl", "start", "certbot.service"));
      assert.equal((await served(names[host])).serialNumber, before.serialNumber);
    });
  }

  test("a renewal is proved by records that come and go, and nginx takes it up without one failed request", async () => {
    const before = await Promise.all(hosts.map((host) => served(names[host])));
    const running = await Promise.all(hosts.map(nginx));
    const since = new Date().toISOString();

    const renewal = "sudo certbot renew --force-renewal --no-random-sleep-on-renew";
    const urls = ["https://erp.insightpulseai.net/web/health", "https://ocr.insightpulseai.net/health"];
    const answers = await withSteadyRequests(platform, urls, async () => {
      for (const said of await Promise.all(hosts.map((host) => told(shells[host].type(renewal)))))
        assert.match(said, /all renewals succeeded/);
    });

    const unwell = answers.filter(({ status }) => status !== "200");
    assert.deepEqual(unwell, [], `of ${answers.length} requests`);
    assert.ok(answers.length >= 20, `${answers.length} requests are too few to tell`);
    for (const [index, host] of hosts.entries()) {
      // The reload is over when nginx has been told: for a moment an old worker may still answer.
      const isNew = async () => (await served(names[host])).serialNumber !== before[index]?.serialNumber;
      await waitFor(isNew, `${host} to serve the new certificate`);
      assert.equal(await nginx(host), running[index], `${host}'s nginx was started again`);
    }
    await assertProved(since, await asked());
  });

  test("a renewal can be tried out, as the inventory has it, and changes nothing", async () => {
    const before = await served(names.erp);
    const tried = shells.erp.type("sudo certbot renew --dry-run --no-random-sleep-on-renew");
    assert.match(await told(tried), /all simulated renewals succeeded/);
    assert.equal((await served(names.erp)).serialNumber, before.serialNumber);
  });

  /**
   * How many proofs the last runs were asked for: the wildcard and the root on each host. Pebble takes an older one for
   * good in one of a hundred cases, also when it is told to do so in none (`PEBBLE_AUTHZREUSE=0`).
   */
  async function asked(): Promise<number> {
    const count =
      "grep -c 'dns-01 challenge for insightpulseai.net' /var/log/letsencrypt/letsencrypt.log || true";
    const counts = await Promise.all(hosts.map((host) => told(platform.inside(host, "sh", "-c", count))));
    return counts.reduce((sum, each) => sum + Number(each), 0);
  }

  /** Each proof needs a record of the same name; both hosts write their own and take them away. */
  async function assertProved(since: string, proofs: number): Promise<void> {
    assert.ok(proofs > 0, "no proof was asked for");
    const path = "/v2/domains/insightpulseai.net/records";
    const calls = (await platform.account.requests(since)).filter((call) => call.path.startsWith(path));
    const made = calls.filter(({ method }) => method === "POST");
    const removed = calls.filter(({ method }) => method === "DELETE");
    assert.equal(made.length, proofs);
    for (const { status, body } of made) {
      assert.equal(status, 201);
      const { type, name } = body as { type: string; name: string };
      assert.deepEqual([type, name], ["TXT", "_acme-challenge"]);
    }
    assert.deepEqual(
      removed.map(({ status }) => status),
      made.map(() => 204),
    );
    assert.equal(new Set(removed.map(({ path }) => path)).size, made.length);
    const { domain_records: records = [] } = await platform.account.inventory();
    assert.ok(records.length > 0, "the zone has records");
    const left = records.filter(({ name }) => String(name).startsWith("_acme-challenge"));
    assert.deepEqual(left, []);
  }
});
