import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import { actOn, ask } from "./account.ts";
import { withFullDisk } from "./full-disk.ts";
import { withImpostor } from "./impostor.ts";
import { healthUrls, waitUntilWell } from "./services.ts";
import { Platform, skip } from "./support.ts";
import { Watching } from "./watching.ts";

const domain = "insightpulseai.net";
const n8n = `https://n8n.${domain}`;
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
    try {
      await watching?.end();
    } finally {
      await platform?.close();
    }
  });

  /**
   * Down and up 27 times within a day, every 53 minutes: each time seen once when it is down and once when it is up. The first time it
   * is seen twice: down, or nobody would be told, and up, or how long that lasts would not matter. Says what time it is then.
   */
  async function flap(switchFile: string, start: number): Promise<number> {
    const last = await watching.on(
      "erp",
      `trap 'rm -f "$1"' EXIT
      moment="$2"
      look() {
        moment=$((moment + 5 * 60))
        insightpulse-watch run --once --as-of "$(date --utc --date="@$moment" +%Y-%m-%dT%H:%M:%SZ)" >&2
      }
      touch "$1"
      look
      for time in {1..27}; do
        touch "$1"
        look
        rm "$1"
        look
        moment=$((moment + 38 * 60))
        if [ "$time" = 1 ]; then look; else moment=$((moment + 5 * 60)); fi
      done
      echo "$moment"`,
      ...[switchFile, String(Math.floor(start / 1000))],
    );
    return Number(last) * 1000;
  }

  const say = (context: TestContext, seconds: number) =>
    context.diagnostic(`from the fault to the message at most ${Math.round(seconds)} s`);

  test("a service that is stopped, as the timer sees it: told once, in Slack and by mail, and once when it is over", async (context) => {
    const [slack, mail] = [watching.messages().length, watching.mails().length];
    await watching.on("erp", "systemctl stop n8n");
    const began = performance.now();
    try {
      await watching.on("erp", "systemctl start watch.service");
    } finally {
      await watching.startN8n();
    }
    context.diagnostic(
      `a run with its second look told after ${Math.round((performance.now() - began) / 1000)} s`,
    );
    // A computer that is short of something may be told of as well.
    const told = watching.since(slack, /n8n/);
    assert.equal(told.length, 1, told.join("\n"));
    assert.match(
      told[0] ?? "",
      /^ipai-odoo-erp: n8n does not listen: http:\/\/127\.0\.0\.1:5678\/healthz refuses connections, since .*`journalctl -u n8n -n 50`/,
    );
    const subject = /^Subject: \[InsightPulse prod\] ipai-odoo-erp: n8n does not listen/m;
    const [mailed = "", ...more] = watching
      .mails()
      .slice(mail)
      .filter((text) => subject.test(text));
    assert.deepEqual(more, []);
    assert.match(mailed, /^To: jgtolentino_rn@yahoo\.com/m);
    await waitUntilWell(platform, [urls.n8n]);
    await watching.green("erp", /n8n is well again/);
  });

  test("another body with 200", async (context) => {
    await withImpostor(platform, ["answer.py", "<html>Sign in</html>", "0"], async () => {
      say(context, await watching.red("erp", /n8n answers 200, but with another body than a healthy one's/));
    });
    await watching.green("erp", /n8n is well again/);
  });

  test("a slow service", async (context) => {
    await withImpostor(platform, ["answer.py", '{"status":"ok"}', "3"], async () => {
      say(
        context,
        await watching.red("erp", /n8n is slow: its health answer takes [3-9]\d{3} ms, more than 2000/),
      );
    });
    await watching.green("erp", /n8n is well again/);
  });

  test("a spike of errors that has passed before anybody looked", async (context) => {
    const [spike, count] = [randomUUID(), 30];
    const requests = Array.from({ length: count }, (_, index) => `${n8n}/webhook/${index}?spike=${spike}`);
    await watching.on("erp", "systemctl stop n8n");
    try {
      await platform.curl("--parallel", "--output", "/dev/null", ...requests);
    } finally {
      await watching.startN8n();
    }
    await watching.written("erp", "n8n", spike, count);
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
    await platform.instead("erp", certificate, `${pem}\n`, async () => {
      const before = watching.messages().length;
      say(context, await watching.red("erp", /fullchain\.pem ends in [45]\.\d days, and must last 14/));
      assert.equal(watching.since(before, /is not the one that nginx serves for erp/).length, 1);
    });
    await watching.green("erp", /fullchain\.pem is well again.*must last 14/);
  });

  test("a disk that is full, on which the watch itself cannot write any more", async (context) => {
    await withFullDisk(platform, "erp", "/var/lib/insightpulse", async () => {
      say(
        context,
        await watching.red("erp", /the disk under \/var\/lib\/insightpulse is 100 % full, more than 85/),
      );
    });
    // The disk is not its own any more: what cannot be looked at is given up after a day.
    const before = watching.messages().length;
    await watching.look("erp", 26 * 60);
    assert.equal(watching.since(before, /\/var\/lib\/insightpulse is not watched any more/).length, 1);
  });

  test("memory that is short", async (context) => {
    // What the kernel says is a stand-in: limits of memory do not hold in every sandbox, and using up all that this computer
    // has would end more than a test.
    const said = await watching.on("erp", "sed 's/^MemAvailable:.*/MemAvailable: 300000 kB/' /proc/meminfo");
    await platform.instead("erp", "/proc/meminfo", `${said}\n`, async () => {
      say(context, await watching.red("erp", /memory is \d+ % in use, more than 85/));
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

  test("a backup that fails says so itself at once, and the watch says when that is over", async (context) => {
    const wrong = "[default]\naws_access_key_id = DO00WRONG\naws_secret_access_key = wrong\n";
    const before = watching.messages().length;
    const began = performance.now();
    await platform.instead("erp", `${secrets}/backup-spaces.ini`, wrong, async () => {
      await watching.on("erp", "systemctl start backup.service || true");
    });
    await watching.message(before, /backup\.service on ipai-odoo-erp: /);
    context.diagnostic(`from the run to the message ${Math.round((performance.now() - began) / 1000)} s`);
    await watching.look("erp");
    await watching.look("erp");
    assert.equal(watching.since(before, /backup\.service/).length, 1);
    await watching.on("erp", "systemctl reset-failed backup.service");
    await watching.green("erp", /the unit backup\.service is well again/);
  });

  test("a backup that is late", async (context) => {
    const records = "/var/lib/insightpulse/backup/records";
    const aside = "/run/watch-records";
    const before = watching.messages().length;
    const began = performance.now();
    await watching.on("erp", `mkdir -p ${records}; mv ${records} ${aside}`);
    try {
      await watching.on("erp", `mkdir ${records}; systemctl start backup-watch.service || true`);
      await watching.message(
        before,
        /backup-watch\.service on ipai-odoo-erp: no backup has ever been proven/,
      );
      context.diagnostic(
        `from the fault to the message at most 6 h and ${Math.round((performance.now() - began) / 1000)} s: its timer's, and a look`,
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
      await watching.on("erp", `rm -rf ${records}; mv ${aside} ${records}`);
    }
    await watching.green("erp", /the unit backup-watch\.service is well again/);
  });

  test("a queue from which nobody takes a job", async (context) => {
    const redis = (command: string) =>
      watching.on(
        "ocr",
        `export REDISCLI_AUTH="$(awk '{ gsub(/"/, "", $2); print $2 }' /etc/redis/insightpulse-password.conf)"; redis-cli ${command}`,
      );
    try {
      // A list of its own: the workers of what plays the service would take the jobs.
      await redis("LPUSH watch:stuck one two three");
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

  test("27 flaps in a day are one incident: told once, and once when it is over", async (context) => {
    const file = "/etc/insightpulse/watch.json";
    const { services, database: _database, ...all } = JSON.parse(await watching.on("erp", `cat ${file}`));
    // What flaps is looked at and nothing else: a whole round 55 times over takes a minute.
    const {
      site: _site,
      log: _log,
      ...flaps
    } = services.find(({ name }: { name: string }) => name === "n8n");
    const none = { certificates: [], timers: [], folders: [], queues: [], neighbours: [] };
    const alone = JSON.stringify({ ...all, ...none, services: [flaps] });
    const before = watching.messages().length;
    const began = performance.now();
    await platform.instead("erp", file, alone, async () => {
      await withImpostor(platform, ["flapping.py", "/run/n8n-is-down"], async () => {
        watching.now = await flap("/run/n8n-is-down", watching.now);
      });
      assert.deepEqual(
        watching.since(before, /n8n/).map((text) => text.replace(/, since .*/, "")),
        ["ipai-odoo-erp: n8n answers 503 instead of 200 at http://127.0.0.1:5678/healthz"],
      );
      await watching.look("erp", 61);
      const [, over = "", ...more] = watching.since(before, /n8n/);
      assert.match(over, /n8n is well again, .*wrong 27 times between/);
      assert.deepEqual(more, []);
    });
    context.diagnostic(`27 flaps and 2 messages, in ${Math.round((performance.now() - began) / 1000)} s`);
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
});
