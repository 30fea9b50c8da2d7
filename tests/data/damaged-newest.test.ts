import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { asideOf, Platform, skip, told } from "../platform/support.ts";
import { Backups } from "./backup-support.ts";

const pgDump = "/usr/lib/postgresql/17/bin/pg_dump";

describe("a restore when the newest backup is damaged", { skip }, () => {
  let platform: Platform;
  let backups: Backups;
  /** Of the day before, which is whole. */
  let earlier: string;
  before(async () => {
    platform = await Platform.shared();
    backups = new Backups(platform);
    await backups.seed(300);
    earlier = await backups.dayBefore();
    await backups.query("INSERT INTO res_partner (name) VALUES ('of today')");
  });
  after(async () => {
    await backups?.night();
    await platform?.close();
  });

  const rowsInScratch = () =>
    told(
      backups.on(
        "erp",
        "psql -h /var/lib/insightpulse/backup/scratch/server -U postgres -tAX postgres -c 'SELECT count(*) FROM odoo.res_partner'",
      ),
    );

  /** What is restored is the one of the day before, in every way, and each says so. */
  async function theOneBefore(reason: RegExp): Promise<void> {
    const plan = await platform.ops("restore");
    assert.equal(plan.exitCode, 0, plan.text);
    assert.match(plan.text, reason);
    assert.match(plan.text, new RegExp(`The backup from ${earlier}, 1 d .* old, proven by a restore`));
    const scratch = await platform.ops("restore", "--into", "scratch");
    assert.equal(scratch.exitCode, 0, scratch.text);
    assert.match(scratch.text, reason);
    assert.equal(await rowsInScratch(), "30");
    await told(backups.task("erp", "forget-scratch"));
  }

  test("its data in the bucket are damaged, which nobody has noticed yet", async () => {
    const data = join(backups.bucket("insightpulse-backups"), "repository/data");
    const packs = () =>
      readdirSync(data, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
    const known = new Set(packs());
    await told(backups.task("erp", "take"));
    // As on a host that has just taken a lost one's place: what was fetched before is not there any more.
    await told(backups.on("erp", "rm -rf /var/cache/insightpulse-backup"));
    const added = packs().filter((path) => !known.has(path));
    assert.notEqual(added.length, 0);
    const originals = added.map((path) => readFileSync(path));
    for (const [index, path] of added.entries()) {
      const damaged = Buffer.from(originals[index] ?? assert.fail());
      // All but the end, where a pack says what is in it.
      for (let at = 0; at < damaged.length / 2; at += 16) damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      writeFileSync(path, damaged);
    }
    try {
      await theOneBefore(
        /the backup from \S+ is damaged, and the one before it is taken: restic restore failed/,
      );
      await told(backups.on("erp", "rm -rf /var/cache/insightpulse-backup"));
    } finally {
      for (const [index, path] of added.entries()) writeFileSync(path, originals[index] ?? assert.fail());
    }
  });

  test("its proof has found rows that are missing: nothing else is restored into live either", async () => {
    const losing = `#!/bin/bash
${asideOf(pgDump)} "$@" || exit
for word in "$@"; do case "$word" in --file=*) folder="\${word#--file=}" ;; esac; done
[ -n "$folder" ] || exit 0
for file in "$folder"/*.dat; do grep -q "[0-9a-f]\\{32\\}" "$file" && sed -i 7d "$file" && exit; done
`;
    await platform.instead("erp", pgDump, losing, async () => void (await told(backups.task("erp", "take"))));
    assert.equal((await backups.task("erp", "prove")).exitCode, 1);
    await theOneBefore(
      /the backup from \S+ is damaged, and the one before it is taken: table odoo\.\w+ has \d+ rows, not \d+/,
    );
    const live = await platform.ops("restore", "--into", "live", "--only", "db", "--yes-really", "prod");
    assert.equal(live.exitCode, 0, live.text);
    assert.equal(await backups.query("SELECT count(*) FROM res_partner"), "30");
    await told(platform.curl("--fail", "https://erp.insightpulseai.net/web/health?db_server_status=1"));
  });
});
