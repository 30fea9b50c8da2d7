import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { waitFor } from "../support/wait-for.ts";
import { actOn, ask } from "./account.ts";
import { healthUrls, waitUntilWell } from "./services.ts";
import { Platform, skip, told } from "./support.ts";
import { Watching } from "./watching.ts";

const domain = "insightpulseai.net";
const urls = healthUrls(domain);
const certificate = `/etc/letsencrypt/live/erp.${domain}/fullchain.pem`;
const secrets = "/etc/insightpulse/secrets";

describe("the watch over production's hosts", { skip, concurrency: false }, () => {
  let platform: Platform;
  let watching: Watching;
  before(async () => {
    platform = await Platform.shared();
    watching = await Watching.begin(platform);
  });
  after(async () => {
    await watching?.end();
    await platform?.close();
  });

  const say = (context: TestContext, seconds: number) =>
    context.diagnostic(`from the fault to the message at most ${Math.round(seconds)} s`);

  /** Puts a program in the place of n8n that answers its port, and takes it away again. */
  async function withImpostor(body: string, delaySeconds: number, work: () => Promise<void>): Promise<void> {
    const program = `import http.server, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(${delaySeconds})
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'${body}')
http.server.ThreadingHTTPServer(("127.0.0.1", 5678), Handler).serve_forever()`;
    await watching.on(
      "erp",
      `systemctl stop n8n
      systemd-run --quiet --collect --unit=impostor python3 -c "$1"
      timeout 20 bash -c 'until curl -so /dev/null http://127.0.0.1:5678/; do sleep 0.2; done'`,
      program,
    );
    try {
      await work();
    } finally {
      await watching.on("erp", "systemctl stop impostor; systemctl start n8n");
      await waitUntilWell(platform, [urls.n8n]);
    }
  }

  test("a service that is stopped, as the timer sees it: told once, in Slack and by mail, and once when it is over", async (context) => {
    const [slack, mail] = [watching.messages().length, watching.mails().length];
    await watching.on("erp", "systemctl stop n8n");
    const began = performance.now();
    try {
      await watching.on("erp", "systemctl start watch.service");
    } finally {
      await watching.on("erp", "systemctl start n8n");
    }
    context.diagnostic(
      `a run with its second look told after ${Math.round((performance.now() - began) / 1000)} s`,
    );
    const told = watching.messages().slice(slack);
    assert.equal(told.length, 1, told.join("\n"));
    assert.match(
      told[0] ?? "",
      /^ipai-odoo-erp: n8n does not listen: http:\/\/127\.0\.0\.1:5678\/healthz refuses connections, since .*`journalctl -u n8n -n 50`/,
    );
    const [mailed = ""] = watching.mails().slice(mail);
    assert.match(mailed, /^Subject: \[InsightPulse prod\] ipai-odoo-erp: n8n does not listen/m);
    assert.match(mailed, /^To: jgtolentino_rn@yahoo\.com/m);
    await waitUntilWell(platform, [urls.n8n]);
    await watching.green("erp", /n8n is well again/);
  });

  test("another body with 200", async (context) => {
    await withImpostor("<html>Sign in</html>", 0, async () => {
      say(context, await watching.red("erp", /n8n answers 200, but with another body than a healthy one's/));
    });
    await watching.green("erp", /n8n is well again/);
  });

  test("a slow service", async (context) => {
    await withImpostor('{"status":"ok"}', 3, async () => {
      say(
        context,
        await watching.red("erp", /n8n is slow: its health answer takes 3\d\d\d ms, more than 2000/),
      );
    });
    await watching.green("erp", /n8n is well again/);
  });

  test("a spike of errors that has passed before anybody looked", async (context) => {
    await watching.on("erp", "systemctl stop n8n");
    const requests = Array.from({ length: 30 }, (_, index) => `https://n8n.${domain}/webhook/${index}`);
    await platform.curl("--parallel", "--output", "/dev/null", ...requests);
    await watching.on("erp", "systemctl start n8n; sleep 1.5");
    await waitUntilWell(platform, [urls.n8n]);
    say(
      context,
      await watching.red("erp", /n8n answers \d+ % of all requests with an error of its own \(3\d of/),
    );
    // Ten minutes later nobody counts them any more.
    await watching.look("erp", 11);
    await watching.green("erp", /n8n is well again/);
  });

  test("errors in the journal of a unit", async (context) => {
    // The journal knows no other time than the real one.
    const { now } = watching;
    watching.now = Date.now();
    const log = "for i in $(seq 60); do echo '<3>something is wrong'; done";
    await watching.on("erp", `systemd-run --quiet --wait --unit=noisy sh -c "$1"; journalctl --sync`, log);
    say(context, await watching.red("erp", /noisy has logged 60 errors in ten minutes/));
    watching.now = Math.max(now, watching.now);
    await watching.green("erp", /noisy is well again/);
  });

  test("a certificate about to expire, and one that is not the one that is served", async (context) => {
    const pem = await watching.on(
      "erp",
      `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=short -keyout /dev/null \
        -not_before 20200101000000Z -not_after "$1" 2>/dev/null`,
      new Date(watching.now + 5 * 86_400_000).toISOString().replace(/\D/g, "").slice(0, 14).concat("Z"),
    );
    await watching.instead("erp", certificate, `${pem}\n`, async () => {
      const before = watching.messages().length;
      say(context, await watching.red("erp", /fullchain\.pem ends in [45]\.\d days, and must last 14/));
      assert.equal(watching.since(before, /is not the one that nginx serves for erp/).length, 1);
    });
    await watching.green("erp", /fullchain\.pem is well again.*must last 14/);
  });

  test("a disk that is full, on which the watch itself cannot write any more", async (context) => {
    const folder = "/var/lib/insightpulse";
    await watching.on(
      "erp",
      `cp -a ${folder} /run/watch-disk
      mount -t tmpfs -o size=$(($(du -sm ${folder} | cut -f1) + 4))m,mode=755 full ${folder}
      cp -a /run/watch-disk/. ${folder}/
      dd if=/dev/zero of=${folder}/filling bs=64k 2>/dev/null || true`,
    );
    try {
      say(
        context,
        await watching.red("erp", /the disk under \/var\/lib\/insightpulse is 100 % full, more than 85/),
      );
    } finally {
      await watching.on("erp", `umount ${folder}; rm -r /run/watch-disk`);
    }
    // The disk is not its own any more: what cannot be looked at is given up after a day.
    const before = watching.messages().length;
    await watching.look("erp", 26 * 60);
    assert.equal(watching.since(before, /\/var\/lib\/insightpulse is not watched any more/).length, 1);
  });

  test("memory that is short", async (context) => {
    // What the kernel says is a stand-in: limits of memory do not hold in every sandbox, and using up all that this computer
    // has would end more than a test.
    const said = await watching.on("erp", "sed 's/^MemAvailable:.*/MemAvailable: 300000 kB/' /proc/meminfo");
    await watching.instead("erp", "/proc/meminfo", `${said}\n`, async () => {
      say(context, await watching.red("erp", /memory is \d\d % in use, more than 85/));
    });
    await watching.green("erp", /memory is well again/);
  });

  test("a record that is gone from the zone", async (context) => {
    const { domain_records: records } = await ask(platform, "GET", `/domains/${domain}/records?per_page=200`);
    const found = (records as { id: number; name: string; type: string }[]).find(
      ({ name, type }) => name === "n8n" && type === "A",
    );
    const record = `/domains/${domain}/records/${found?.id}`;
    // The hosts' own memory of names is emptied, as its time to live does it after an hour.
    const forget = "resolvectl flush-caches 2>/dev/null || true";
    await ask(platform, "PATCH", record, { type: "A", name: "n8n-gone" });
    try {
      await watching.on("erp", forget);
      say(
        context,
        await watching.red("erp", /n8n, by its name, cannot be found: the name n8n\.\S+ does not resolve/),
      );
    } finally {
      await ask(platform, "PATCH", record, { type: "A", name: "n8n" });
    }
    await watching.on("erp", forget);
    await waitUntilWell(platform, [urls.n8n]);
    await watching.green("erp", /n8n, by its name, is well again/);
  });

  test("a backup that fails says so itself at once, and the watch says when that is over", async () => {
    const wrong = "[default]\naws_access_key_id = DO00WRONG\naws_secret_access_key = wrong\n";
    const before = watching.messages().length;
    await watching.instead("erp", `${secrets}/backup-spaces.ini`, wrong, async () => {
      await watching.on("erp", "systemctl start backup.service || true");
    });
    await watching.message(before, /backup\.service on ipai-odoo-erp: /);
    await watching.look("erp");
    await watching.look("erp");
    assert.equal(watching.since(before, /backup\.service/).length, 1);
    await watching.on("erp", "systemctl reset-failed backup.service");
    await watching.green("erp", /the unit backup\.service is well again/);
  });

  test("a backup that is late", async () => {
    const records = "/var/lib/insightpulse/backup/records";
    await watching.on("erp", `mkdir -p ${records}; mv ${records} /run/watch-records; mkdir ${records}`);
    const before = watching.messages().length;
    try {
      await watching.on("erp", "systemctl start backup-watch.service || true");
      await watching.message(
        before,
        /backup-watch\.service on ipai-odoo-erp: no backup has ever been proven/,
      );
      await watching.look("erp");
      await watching.look("erp");
      // A stand-in for a night: one that is proven, as `backup prove` writes it down.
      const proof = {
        kind: "proof",
        time: watching.clock(),
        backup: `${new Date().toISOString().slice(0, 19)}Z`,
        result: "proven",
      };
      await watching.on("erp", `printf %s "$1" >${records}/stand-in.proof.json`, JSON.stringify(proof));
      await watching.on("erp", "systemctl start backup-watch.service");
    } finally {
      await watching.on("erp", `rm -r ${records}; mv /run/watch-records ${records}`);
    }
    await watching.green("erp", /the unit backup-watch\.service is well again/);
  });

  test("a queue from which nobody takes a job", async (context) => {
    const redis = (command: string) =>
      watching.on(
        "ocr",
        `export REDISCLI_AUTH="$(awk '{ gsub(/"/, "", $2); print $2 }' /etc/redis/insightpulse-password.conf)"; redis-cli ${command}`,
      );
    // A list of its own: the workers of what plays the service would take the jobs.
    await redis("LPUSH watch:stuck one two three");
    try {
      await watching.look("ocr");
      await watching.look("ocr", 20);
      say(
        context,
        25 * 60 +
          (await watching.red("ocr", /the queue of ocr is stuck: 3 jobs wait, and for 30 minutes/, 2, 15)),
      );
    } finally {
      await redis("DEL watch:stuck");
    }
    await watching.green("ocr", /the queue of ocr is well again/);
  });

  test("a pooler that hangs", async (context) => {
    const log = join(platform.folder, "internet/databases/spdtwktxdalcfigzeqrz/pgbouncer-session.log");
    const pid = Number([...readFileSync(log, "utf8").matchAll(/\[(\d+)\] LOG process up/g)].at(-1)?.[1]);
    process.kill(pid, "SIGSTOP");
    try {
      say(
        context,
        await watching.red(
          "erp",
          /the database cannot be reached at aws-1-us-east-1\.pooler\.supabase\.com:5432/,
        ),
      );
    } finally {
      process.kill(pid, "SIGCONT");
    }
    await watching.green("erp", /the database is well again/);
  });

  test("a host that is dead, seen by the other one", async (context) => {
    await actOn(platform, "ocr", "power_off");
    try {
      say(
        context,
        await watching.red("erp", /the host ocr does not answer at ocr\.insightpulseai\.net, port 443/),
      );
    } finally {
      await actOn(platform, "ocr", "power_on");
    }
    await waitUntilWell(platform, [urls.ocr]);
    await watching.on("ocr", "systemctl stop watch.timer alarm-drill.timer");
    await watching.look("ocr");
    await watching.green("erp", /the host ocr is well again/);
  });

  test("Slack takes nothing: mail still comes, and says that about Slack as well", async () => {
    const before = watching.mails().length;
    const slack = watching.messages().length;
    await watching.instead("erp", `${secrets}/slack-webhook`, "https://hooks.slack.com/gone\n", async () => {
      await withImpostor("nothing", 0, async () => {
        await watching.look("erp");
        await watching.look("erp");
      });
      await watching.look("erp");
      await watching.look("erp");
    });
    const mails = watching.mails().slice(before).join("\n");
    assert.match(mails, /n8n answers 200, but with another body/);
    assert.match(mails, /the alert channel slack takes no messages: Slack answered 404/);
    assert.equal(watching.messages().length, slack);
    const drilled = await platform.inside("erp", "insightpulse-watch", "drill");
    assert.equal(drilled.exitCode, 0, drilled.text);
    await watching.green("erp", /the alert channel slack is well again/);
  });

  test("nobody takes anything: whoever looks from outside says so, and what was to be told is told later", async () => {
    const [slack, mail] = [watching.messages().length, watching.mails().length];
    const nowhere = {
      server: "smtp.invalid",
      port: 587,
      from: "a@example.com",
      user: "a",
      password: "x",
      to: ["b@example.com"],
      environment: "prod",
    };
    await watching.instead("erp", `${secrets}/mail.json`, JSON.stringify(nowhere), async () => {
      // One bind mount each: the helper keeps one file.
      await watching.on(
        "erp",
        `echo https://hooks.slack.com/gone >/run/watch-webhook; chmod 600 /run/watch-webhook
        mount --bind /run/watch-webhook ${secrets}/slack-webhook`,
      );
      try {
        watching.now = Date.now() - 10 * 60_000;
        const drilled = await platform.inside("erp", "insightpulse-watch", "drill");
        assert.equal(drilled.exitCode, 1);
        assert.match(
          drilled.text,
          /did not arrive everywhere \(slack: Slack answered 404; mail: smtp\.invalid:587 cannot be reached/,
        );
        await watching.on("erp", "systemctl stop n8n");
        await watching.look("erp");
        await watching.look("erp");
        await watching.on("erp", "systemctl start n8n");
        await watching.look("ocr", 0);
        // The other host goes on telling people.
        const own = /ipai-odoo-erp: /;
        assert.deepEqual(watching.since(slack, own), []);
        assert.deepEqual(
          watching
            .mails()
            .slice(mail)
            .filter((text) => own.test(text)),
          [],
        );

        const said = await platform.ops("heartbeat", "prod", "--tell", "--json");
        assert.equal(said.exitCode, 3, said.text);
        const { wrong } = JSON.parse(said.stdout);
        assert.match(wrong.join("\n"), /erp cannot tell anybody by slack since .*: Slack answered 404/);
        assert.match(wrong.join("\n"), /erp cannot tell anybody by mail since/);
        assert.match(wrong.join("\n"), /erp has \d+ messages? that nobody has taken/);
        assert.match(watching.since(slack, /The watch over prod/)[0] ?? "", /erp has \d+ message/);
        assert.match(watching.mails().slice(mail).join("\n"), /The watch over prod is not as it should be/);
      } finally {
        await watching.on("erp", `systemctl start n8n; umount ${secrets}/slack-webhook`);
      }
    });
    await waitUntilWell(platform, [urls.n8n]);
    await watching.look("erp");
    await waitFor(() => watching.since(slack, /n8n does not listen/).length === 1, "what nobody had heard");
    const drilled = await platform.inside("erp", "insightpulse-watch", "drill");
    assert.equal(drilled.exitCode, 0, drilled.text);
  });

  test("a host that is silent is missed from outside", async () => {
    watching.now = Date.now() - 25 * 60_000;
    await watching.look("erp", 0);
    watching.now = Date.now();
    await watching.look("ocr", 0);
    const silent = await platform.ops("heartbeat", "prod");
    assert.equal(silent.exitCode, 3, silent.text);
    assert.match(silent.text, /^erp is silent: its last heartbeat is 2[5-9] minutes old, allowed are 15$/m);
    assert.doesNotMatch(silent.text, /^ocr is/m);
    await watching.look("erp", 0);
    assert.equal((await platform.ops("heartbeat", "prod")).exitCode, 0);
  });

  test("the daily drill arrives in Slack and by mail", async () => {
    const [slack, mail] = [watching.messages().length, watching.mails().length];
    await watching.on("ocr", "systemctl start alarm-drill.service");
    assert.equal(watching.since(slack, /ocr-service-droplet fails on purpose/).length, 1);
    assert.match(watching.mails().slice(mail).join("\n"), /Drill: the daily test of the alarm on/);
  });

  test("a day's times are kept, on the host and beside the heartbeats, and shown to operators", async () => {
    await told(platform.curl("--fail", "--output", "/dev/null", `https://erp.${domain}/web/login`));
    await watching.on("erp", "sleep 1.5");
    const day = new Date(watching.now).toISOString().slice(0, 10);
    await watching.look("erp");
    await watching.look("erp", 24 * 60);
    const said = await platform.ops("latency", "prod", "--json", "--days", "3");
    assert.equal(said.exitCode, 0, said.text);
    const { lines, summary } = JSON.parse(said.stdout);
    const find = (what: string, kind: string) =>
      (lines as { day: string; what: string; kind: string }[]).find(
        (line) => line.day === day && line.what === what && line.kind === kind,
      ) as { count: number; p95: number; target: number; met: boolean } | undefined;
    assert.ok((find("odoo", "page")?.count ?? 0) >= 1);
    assert.equal(find("odoo", "page")?.target, 2000);
    assert.ok((find("odoo", "uptime")?.count ?? 0) >= 2);
    assert.ok((summary as { kind: string }[]).some(({ kind }) => kind === "uptime"));
    const object = join(
      platform.folder,
      "cloud/spaces/data/insightpulse-backups-heartbeats/history/erp",
      `${day.slice(0, 7)}.jsonl`,
    );
    assert.match(readFileSync(object, "utf8"), /"what": "odoo", "kind": "page"/);
  });

  test("what watching costs", async (context) => {
    await watching.on("erp", "systemctl start watch.service");
    const { hosts } = JSON.parse((await platform.ops("heartbeat", "prod", "--json")).stdout);
    const { cpuSeconds, memoryMib, seconds } = hosts.erp.cost;
    context.diagnostic(`a round takes ${seconds} s, ${cpuSeconds} s of CPU and ${memoryMib} MiB`);
    // Of five minutes on one core, and of 4 GiB.
    assert.ok(cpuSeconds < 300 * 0.02, `${cpuSeconds} s of CPU`);
    assert.ok(memoryMib < 100, `${memoryMib} MiB`);
  });
});
