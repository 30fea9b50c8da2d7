import assert from "node:assert/strict";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { execa } from "execa";
import { asideOf, Platform, skip, told } from "../platform/support.ts";
import { waitFor } from "../support/wait-for.ts";
import { Backups } from "./backup-support.ts";

const first = "insightpulse-backups";
const secrets = "/etc/insightpulse/secrets";
const pgDump = "/usr/lib/postgresql/17/bin/pg_dump";

describe("what goes wrong with backups of production", { skip }, () => {
  let platform: Platform;
  let backups: Backups;
  let healthy: string[];
  before(async () => {
    platform = await Platform.shared();
    backups = new Backups(platform);
    await backups.seed(2000);
    await backups.night();
    healthy = await backups.snapshots("erp");
  });
  after(() => platform?.close());

  /** Whatever happened, nothing is lost and the next night is a good one. */
  async function allIsWell(): Promise<void> {
    const { backup, proof } = await backups.night();
    assert.deepEqual([backup.result, proof.result], ["complete", "proven"]);
    const there = await backups.snapshots("erp");
    // One backup a day is kept, and it is the last one of that day.
    assert.ok(there.length >= healthy.length, `${there.length} backups, and there were ${healthy.length}`);
    healthy = there;
  }

  /** Runs a unit that has to fail, and waits for the alarm that says why. */
  async function fails(unit: string, pattern: RegExp, host = "erp"): Promise<void> {
    const before = backups.alarms().length;
    assert.notEqual(await backups.start(host, unit), "success", `${unit} did not fail`);
    await backups.alarm(before, pattern);
  }

  // Each one comes to its own reason, and so past everything the one before has touched: one good night is proof for all.
  describe("and is found before anything is written", () => {
    after(allIsWell);

    test("the bucket is gone", async () => {
      const folder = backups.bucket(first);
      renameSync(folder, `${folder}.away`);
      try {
        await fails("backup.service", /is gone, and this host has backups in it/);
      } finally {
        renameSync(`${folder}.away`, folder);
      }
    });

    test("the repository is gone from the bucket, and no new one is made in its place", async () => {
      const folder = join(backups.bucket(first), "repository");
      renameSync(folder, `${folder}-away`);
      try {
        await fails("backup.service", /the repository .* is gone, and this host has backups in it/);
      } finally {
        renameSync(`${folder}-away`, folder);
      }
    });

    test("a key that is wrong", async () => {
      const wrong = "[default]\naws_access_key_id = DO00WRONG\naws_secret_access_key = wrong\n";
      await platform.instead("erp", `${secrets}/backup-spaces.ini`, wrong, () =>
        fails("backup.service", /cannot be opened: .*(Access Denied|InvalidAccessKeyId)/),
      );
    });

    test("a passphrase that is wrong", async () => {
      await platform.instead("erp", `${secrets}/backup-repository-password`, "wrong\n", () =>
        fails("backup.service", /wrong password or no key found/),
      );
    });

    test("the disk is full", async () => {
      await told(backups.on("erp", "mount -t tmpfs -o size=2m tmpfs /var/lib/insightpulse/backup"));
      try {
        await fails("backup.service", /the dump needs .* GB free/);
      } finally {
        await told(backups.on("erp", "umount /var/lib/insightpulse/backup"));
      }
    });

    test("a clock that has jumped: nothing is taken and nothing forgotten", async () => {
      const jumped =
        "import runpy, sys, time; now = time.time; time.time = lambda: now() + 40 * 86400; " +
        "sys.argv = ['backup', 'take']; runpy.run_module('backup', run_name='__main__')";
      const said = await backups.on(
        "erp",
        `cd /; PYTHONPATH=/usr/local/lib/insightpulse python3 -B -c "${jumped}"`,
      );
      assert.equal(said.exitCode, 1);
      assert.match(said.text, /this host's clock is 960\.0 h ahead of the database's/);
      assert.deepEqual(await backups.snapshots("erp"), healthy);
      await told(
        backups.on(
          "erp",
          "cd /var/lib/insightpulse/backup/records && ls *.backup.json | tail -n 1 | xargs rm",
        ),
      );
    });

    test("programs of another version than the server's", async () => {
      await platform.instead("erp", pgDump, '#!/bin/sh\necho "pg_dump (PostgreSQL) 16.4"\n', () =>
        fails("backup.service", /pg_dump is of version 16, and the database of version 17/),
      );
    });

    test("no proven backup for more than a day", async () => {
      const later = new Date(Date.now() + 30 * 3_600_000).toISOString().replace(/\.\d+/, "");
      for (const host of ["erp", "ocr"])
        assert.match(
          (await backups.task(host, "watch", "--as-of", later)).text,
          /the last proven backup is 30 h old, and must not be older than 26 h/,
        );
    });
  });

  describe("and is found when something has been", () => {
    afterEach(allIsWell);

    test("Spaces fails in the middle of an upload: it is tried again, and the backup is whole", async () => {
      await told(backups.on("erp", "head -c 2000000 /dev/urandom >/var/lib/n8n/upload"));
      const where = ["--server", "spaces", "--method", "PUT", "--path", `/${first}/repository/data/**`];
      const clear = await backups.fault("status", "--status", "500", "--times", "3", ...where);
      try {
        assert.equal(await backups.start("erp", "backup.service"), "success");
        assert.deepEqual(JSON.parse(await told(platform.sandbox("fault", "list", "--json"))), []);
      } finally {
        await clear();
      }
    });

    test("the database dies during the dump", async () => {
      const holding = backups.on(
        "erp",
        "set -a; . /etc/insightpulse/secrets/odoo-database.env; psql -qtAX -c 'BEGIN; LOCK TABLE account_move IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(60)'",
      );
      const dying = (async () => {
        const waits = "SELECT count(*) FROM pg_locks WHERE NOT granted";
        await waitFor(async () => (await backups.query(waits)) !== "0", "pg_dump to wait for the lock", 120);
        // The server takes everybody down when one of its processes is killed.
        const pidFile = join(platform.folder, "internet/databases/spdtwktxdalcfigzeqrz/data/postmaster.pid");
        const postmaster = readFileSync(pidFile, "utf8").split("\n")[0] ?? assert.fail();
        const { stdout } = await execa("pgrep", ["--parent", postmaster, "--full", "backup"]);
        process.kill(Number(stdout.split("\n")[0]), "SIGKILL");
      })();
      await fails("backup.service", /the backup failed: (the database|pg_dump failed)/);
      await Promise.all([holding, dying]);
      const again = "set -a; . /etc/insightpulse/secrets/odoo-database.env; psql -qtAX -c 'SELECT 1'";
      await waitFor(async () => (await backups.on("erp", again)).exitCode === 0, "the database", 120);
    });

    test("a backup that loses rows without a word is found out, and replaces nothing", async () => {
      const losing = `#!/bin/bash
  ${asideOf(pgDump)} "$@" || exit
  for word in "$@"; do case "$word" in --file=*) folder="\${word#--file=}" ;; esac; done
  [ -n "$folder" ] || exit 0
  for file in "$folder"/*.dat; do grep -q "[0-9a-f]\\{32\\}" "$file" && sed -i 7d "$file" && exit; done
  `;
      const before = backups.alarms().length;
      // By itself: after the timer's backup its proof would be quicker than anybody who restores.
      await platform.instead(
        "erp",
        pgDump,
        losing,
        async () => void (await told(backups.task("erp", "take"))),
      );
      const rows = await backups.query("SELECT count(*) FROM account_move_line");
      await backups.query("CREATE TABLE IF NOT EXISTS written_since (id int)");
      const said = await platform.ops("restore", "--into", "live", "--only", "db", "--yes-really", "prod");
      assert.equal(said.exitCode, 1);
      assert.match(said.text, /NOT YET PROVEN/);
      assert.match(said.text, /going back to what was there before/);
      assert.match(said.text, /what was restored is not what the backup says: table odoo/);
      assert.equal(await backups.query("SELECT count(*) FROM account_move_line"), rows);
      assert.equal(await backups.query("SELECT to_regclass('written_since') IS NOT NULL"), "t");
      await told(platform.curl("--fail", "https://erp.insightpulseai.net/web/health?db_server_status=1"));
      await backups.query("DROP TABLE written_since");
      await backups.start("erp", "backup-proof.service");
      await backups.alarm(before, /is not proven: table odoo\.\w+ has \d+ rows, not \d+/);
    });

    test("a file of the repository is damaged", async () => {
      const data = join(backups.bucket(first), "repository/data");
      const packs = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      );
      const paths = packs.map((entry) => join(entry.parentPath, entry.name));
      const originals = paths.map((path) => readFileSync(path));
      for (const [index, path] of paths.entries()) {
        const damaged = Buffer.from(originals[index] ?? assert.fail());
        damaged[100] = (damaged[100] ?? 0) ^ 0xff;
        writeFileSync(path, damaged);
      }
      try {
        await fails("backup-check.service", /is damaged/);
        await fails("backup-proof.service", /is not proven/);
      } finally {
        for (const [index, path] of paths.entries()) writeFileSync(path, originals[index] ?? assert.fail());
      }
      assert.equal(await backups.start("erp", "backup-check.service"), "success");
    });

    test("a backup of nothing", async () => {
      await backups.query("TRUNCATE res_partner, account_move, account_move_line, ir_attachment");
      try {
        await fails("backup.service", /the backup is empty: there is no row in any of \d+ tables/);
      } finally {
        await backups.seed(2000);
      }
    });

    test("a file that the database refers to is not there", async () => {
      await backups.query("INSERT INTO ir_attachment (name, store_fname) VALUES ('lost', 'aa/aa')");
      try {
        await fails("backup.service", /the backup is partial: 1 files that odoo refers to are not in/);
      } finally {
        await backups.query("DELETE FROM ir_attachment WHERE name = 'lost'");
      }
    });

    test("a restore into live is killed half way: the next one puts things back, and goes on", async () => {
      const rows = () => backups.query("SELECT count(*) FROM account_move_line");
      const before = await rows();
      const pgRestore = "/usr/lib/postgresql/17/bin/pg_restore";
      const stuck = `#!/bin/sh\ncase "$*" in *--list*) exec ${asideOf(pgRestore)} "$@" ;; *) exec sleep 300 ;; esac\n`;
      await platform.instead("erp", pgRestore, stuck, async () => {
        const restoring = platform.ops("restore", "--into", "live", "--yes-really", "prod");
        const half = "grep -q suffix /var/lib/insightpulse/backup/restoring.json && pgrep -x sleep";
        await waitFor(async () => (await backups.on("erp", half)).exitCode === 0, "half of the restore", 120);
        // Who could write into the middle of it, from wherever, is not let in: the owner's members sign in, not the owner.
        await assert.rejects(backups.query("SELECT 1"), /authentication failed|not permitted to log in/);
        await told(backups.on("erp", "kill -KILL $(pgrep --full '[m] backup restore') $(pgrep -x sleep)"));
        assert.notEqual((await restoring).exitCode, 0);
      });
      assert.notEqual(
        (await platform.curl("--fail", "https://erp.insightpulseai.net/web/health")).exitCode,
        0,
      );
      await fails(
        "backup.service",
        /a restore was killed half way: `.\/scripts\/ops restore --into live` puts things back/,
      );
      const said = await platform.ops("restore", "--into", "live", "--yes-really", "prod");
      assert.equal(said.exitCode, 0, said.text);
      assert.match(said.text, /putting back what it had moved aside/);
      assert.equal(
        await told(
          backups.on("erp", "ls -A /var/lib/insightpulse/backup /var/lib | grep -E 'work|replaced' || true"),
        ),
        "",
      );
      assert.equal(await rows(), before);
      await told(platform.curl("--fail", "https://erp.insightpulseai.net/web/health?db_server_status=1"));
    });

    test("everything is killed during an upload, as when the host dies", async () => {
      await told(backups.on("erp", "head -c 4000000 /dev/urandom >/var/lib/n8n/upload"));
      const where = ["--server", "spaces", "--method", "PUT", "--path", `/${first}/repository/data/**`];
      const clear = await backups.fault("status", "--status", "500", ...where);
      try {
        const work = backups.on("erp", "systemctl start backup.service");
        const isUploading = async () =>
          JSON.parse(await told(platform.sandbox("fault", "list", "--json"))).some(
            (one: { met: number }) => one.met > 0,
          );
        await waitFor(isUploading, "something to be uploaded", 120);
        await told(backups.on("erp", "systemctl kill --signal=SIGKILL backup.service"));
        await work;
      } finally {
        await clear();
      }
      const locks = readdirSync(join(backups.bucket(first), "repository/locks"));
      assert.notEqual(locks.length, 0, "the run that was killed has left a lock");
    });
  });
});
