import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Platform, say, skip, told } from "../platform/support.ts";
import { Backups } from "./backup-support.ts";

describe("backups of production", { skip }, () => {
  let platform: Platform;
  let backups: Backups;
  before(async () => {
    platform = await Platform.shared();
    backups = new Backups(platform);
    await backups.seed(2000);
  });
  after(() => platform?.close());

  const rows = () =>
    backups.query(
      "SELECT (SELECT count(*) FROM res_partner), (SELECT count(*) FROM account_move), " +
        "(SELECT count(*) || md5(string_agg(note, '' ORDER BY id)) FROM account_move_line)",
    );
  const files = () =>
    told(backups.on("erp", "cd /var/lib/odoo/filestore && find . -type f | sort | xargs sha1sum | sha1sum"));

  test("the timers come every night at 02:00 UTC, and two hours later on the other host", async () => {
    for (const [host, timer, hour] of [
      ["erp", "backup", "02"],
      ["ocr", "backup-copy", "04"],
    ] as const) {
      const next = await told(
        backups.on(
          host,
          `systemd-analyze calendar --iterations=30 "$(systemctl show ${timer}.timer --property=TimersCalendar | sed 's/.*OnCalendar=\\([^;]*\\) ;.*/\\1/')"`,
        ),
      );
      assert.equal(
        next.match(new RegExp(`(Next elapse|Iteration #\\d+): .* ${hour}:00:00 UTC`, "g"))?.length ?? 0,
        30,
        next,
      );
      assert.match(
        await told(backups.on(host, `systemctl show ${timer}.timer --property=Persistent`)),
        /=yes/,
      );
    }
  });

  test("a night: the backup is complete, and the proof that follows finds everything in it", async () => {
    const { backup, proof } = await backups.night();
    assert.equal(backup.result, "complete");
    assert.deepEqual([proof.result, proof.differences, proof.snapshot], ["proven", [], backup.snapshot]);
    assert.match((await backups.task("erp", "watch")).text, /the last proven backup is 0\.\d h old/);
  });

  test("the other host copies it to the second region with a key that cannot write the first", async () => {
    assert.equal(
      await backups.start("ocr", "backup-copy.service"),
      "success",
      await backups.log("ocr", "backup-copy.service"),
    );
    const copied = await backups.snapshots("ocr");
    assert.notDeepEqual(copied, []);
    assert.deepEqual(copied, await backups.snapshots("erp"));
    const forbidden =
      "restic --repo s3:https://nyc3.digitaloceanspaces.com/insightpulse-backups/repository " +
      "--password-file /etc/insightpulse/secrets/backup-repository-password unlock --remove-all; " +
      'PYTHONPATH=/usr/local/lib/insightpulse python3 -c "from backup import settings; from backup.bucket import Bucket; ' +
      "from pathlib import Path; Bucket(settings.read().first, Path('/etc/insightpulse/secrets/backup-spaces.ini')).put('x', b'x')\"";
    assert.match((await backups.on("ocr", forbidden)).text, /403 AccessDenied/);
  });

  test("operators see it", async () => {
    const { backups: there } = JSON.parse(await told(platform.ops("backup", "list", "--json")));
    const { kind, result, proof } = there.at(-1);
    assert.deepEqual([kind, result, proof], ["platform", "complete", "proven"]);
  });

  test("the gate takes it for proof that data may go, and asks for a reason all the same", async () => {
    const urn = "urn:pulumi:prod::insightpulse::digitalocean:index/volume:Volume::volume-odoobo-backup";
    const gate = async (acceptedLosses: object, provenWithinHours: number) => {
      const backup = {
        bucket: "insightpulse-backups",
        region: "nyc3",
        secondRegion: "sfo3",
        provenWithinHours,
      };
      const config = Object.entries({ acceptedLosses, backup }).map(([name, value]) => [
        `insightpulse:${name}`,
        JSON.stringify(value),
      ]);
      const file = join(mkdtempSync(join(platform.folder, "gate-")), "preview.json");
      const preview = { config: Object.fromEntries(config), steps: [{ op: "delete", urn }] };
      writeFileSync(file, JSON.stringify(preview));
      return platform.ops("gate", "prod", "--preview", file);
    };
    const reason = { "volume-odoobo-backup": "What was on it lies in the bucket." };
    const open = await gate(reason, 2);
    assert.equal(open.exitCode, 0, open.text);
    const silent = await gate({}, 2);
    assert.equal(silent.exitCode, 3, silent.text);
    assert.match(silent.text, /volume-odoobo-backup .* would be deleted, and with it goes everything on it/);
  });

  test("nothing is restored into live without the environment's name", async () => {
    const said = await platform.ops("restore", "--into", "live");
    assert.equal(said.exitCode, 1);
    assert.match(said.text, /nobody to ask/);
    const wrong = await platform.ops("restore", "--into", "live", "--yes-really", "staging");
    assert.match(wrong.text, /--yes-really says staging, and the environment is prod/);
  });

  test("a restore into scratch leaves the platform alone, and can be looked at", async () => {
    const before = [await rows(), await files()];
    await told(platform.ops("restore", "--into", "SCRATCH"));
    const count =
      "psql -h /var/lib/insightpulse/backup/scratch/server -U postgres -tAX postgres -c 'SELECT count(*) FROM odoo.account_move'";
    assert.equal(await told(backups.on("erp", count)), "2000");
    const sums =
      "cd /var/lib/insightpulse/backup/scratch/files/var/lib/odoo/filestore && find . -type f | sort | xargs sha1sum | sha1sum";
    assert.equal(await told(backups.on("erp", sums)), before[1]);
    assert.deepEqual([await rows(), await files()], before);
    await told(backups.task("erp", "forget-scratch"));
    assert.notEqual((await backups.on("erp", "ls /var/lib/insightpulse/backup/scratch")).exitCode, 0);
  });

  test("a restore into live brings everything back, says what is lost, and leaves the applications serving", async () => {
    const before = [await rows(), await files()];
    const owners = () =>
      backups.query(
        "SELECT string_agg(tablename || ' ' || tableowner, ',' ORDER BY tablename) FROM pg_tables WHERE schemaname = 'odoo'",
      );
    const ownersBefore = await owners();
    await backups.query(
      "DELETE FROM account_move_line WHERE id % 3 = 0; UPDATE res_partner SET name = 'gone'; CREATE TABLE new_table (id int); INSERT INTO new_table VALUES (1); DROP VIEW open_move",
    );
    await told(
      backups.on(
        "erp",
        "find /var/lib/odoo/filestore -type f | head -n 5 | xargs rm; echo new >/var/lib/odoo/filestore/new",
      ),
    );
    assert.notDeepEqual([await rows(), await files()], before);

    const plan = await told(platform.ops("restore"));
    assert.match(plan, /proven by a restore/);
    assert.match(plan, /odoo\.account_move_line +4000 +6000/);
    assert.match(plan, /odoo\.new_table +1 +none/);
    assert.match(plan, /\/var\/lib\/odoo is replaced; 1 files in it were written since/);

    const said = await platform.ops("restore", "--into", "live", "--yes-really", "prod");
    assert.equal(said.exitCode, 0, said.text);
    for (const part of ["safety backup", "stop", "database", "compare", "start", "all of it"])
      assert.match(said.text, new RegExp(`\\d s +${part}`));
    assert.deepEqual([await rows(), await files()], before);
    assert.equal(await backups.query("SELECT count(*) FROM open_move"), "2000");
    assert.equal(await backups.query("SELECT to_regclass('new_table') IS NULL"), "t");
    assert.equal(await owners(), ownersBefore);
    assert.equal(await backups.query("SELECT count(*) FROM pg_namespace WHERE nspname ~ '_replaced_'"), "0");
    // New rows get new numbers: sequences went on where they were.
    await backups.query("INSERT INTO res_partner (name) VALUES ('somebody')");
    assert.equal(
      await told(backups.on("erp", "stat -c %U:%G:%a /var/lib/odoo; ls -A /var/lib | grep replaced || true")),
      "svc-odoo:svc-odoo:750",
    );
    for (const address of [
      "erp.insightpulseai.net/web/health?db_server_status=1",
      "chat.insightpulseai.net/api/v4/system/ping",
      "n8n.insightpulseai.net/healthz",
    ])
      await told(platform.curl("--fail", `https://${address}`));
    const { backups: there } = JSON.parse(await told(platform.ops("backup", "list", "--json")));
    assert.equal(there.at(-1).kind, "safety");
  });

  test("a restore into live is undone from the safety backup it has taken", async () => {
    const said = await platform.ops(
      "restore",
      "--safety",
      "--into",
      "live",
      "--only",
      "db",
      "--yes-really",
      "prod",
    );
    assert.equal(said.exitCode, 0, said.text);
    assert.equal(await backups.query("SELECT count(*) FROM new_table"), "1");
    await told(platform.ops("restore", "--into", "live", "--only", "db", "--yes-really", "prod"));
  });

  test("the second copy restores as well as the first", async () => {
    await told(platform.ops("restore", "--into", "scratch", "--copy", "second"));
    await told(backups.task("erp", "forget-scratch"));
  });

  test("no credential is in a process list, a log, a unit, a record or the bucket", async () => {
    const watching = `
      insightpulse-backup take & work=$!
      while kill -0 "$work" 2>/dev/null; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; sleep 0.02; done
      wait "$work"; insightpulse-backup prove & work=$!
      while kill -0 "$work" 2>/dev/null; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; sleep 0.02; done`;
    const lists = (await backups.on("erp", watching)).text;
    assert.match(lists, /pg_dump/);
    assert.match(lists, /restic/);
    const kept = await told(
      backups.on(
        "erp",
        "journalctl --output cat --no-pager; cat /etc/systemd/system/backup* /etc/insightpulse/backup.json /var/lib/insightpulse/backup/records/*",
      ),
    );
    const secretFiles =
      "cat /etc/insightpulse/secrets/{backup-repository-password,backup-spaces.ini,backup.pgpass,slack-webhook,odoo-database.env}";
    const secrets = [...(await told(backups.on("erp", secretFiles))).matchAll(/[A-Za-z0-9+/]{20,}/g)]
      .map(([word]) => word)
      .filter((word) => !/insightpulse|supabase|spdtwktxdalcfigzeqrz|hooks/.test(word));
    assert.ok(secrets.length >= 5);
    const bucket = backups.bucket("insightpulse-backups");
    // What lies in Spaces tells nothing either: no secret, and no row of a table.
    for (const word of [...secrets, "Partner 17"])
      assert.equal(
        (await say(["grep", "--recursive", "--fixed-strings", "--quiet", "--", word, bucket])).exitCode,
        1,
      );
    for (const secret of secrets) {
      assert.ok(!lists.includes(secret), "a secret is in a process list");
      assert.ok(!kept.includes(secret), "a secret is in a log, a unit or a record");
    }
  });
});
