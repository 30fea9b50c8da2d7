import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Platform, skip, told } from "../platform/support.ts";
import { Backups } from "./backup-support.ts";

const days = 30;
const dayMs = 86_400_000;
// Two years back, so that no backup of today gets in between; the first is a Monday.
const start = Date.UTC(2024, 3, 1, 2);

describe("thirty nights of production's backups, without waiting for them", { skip }, () => {
  let platform: Platform;
  let backups: Backups;
  before(async () => {
    platform = await Platform.shared();
    backups = new Backups(platform);
    await backups.seed(300);
    // Where this file is the first to run there is no repository yet: a backup makes it.
    await told(backups.task("erp", "take"));
    // A series of its own: what other tests have taken is not in it.
    await told(backups.on("erp", `${restic("first")} forget --tag platform --unsafe-allow-remove-all`));
    await told(
      backups.on("ocr", `${restic("second")} forget --tag platform --unsafe-allow-remove-all || true`),
    );
  });
  after(() => platform?.close());

  test("exactly the retained ones are left, the second region has the same, and each can be read", async () => {
    for (let day = 0; day < days; day++) {
      const night = moment(day);
      await backups.query(`INSERT INTO res_partner (name) VALUES ('night ${day}')`);
      const said = await backups.task("erp", "take", "--as-of", night);
      assert.equal(said.exitCode, 0, said.text);
      const copied = await backups.task("ocr", "copy", "--as-of", moment(day, 2));
      assert.equal(copied.exitCode, 0, copied.text);
    }
    const times: string[] = JSON.parse(await told(backups.task("erp", "list")))
      .backups.filter(({ tag }: { tag: string }) => tag === "platform")
      .map(({ time }: { time: string }) => time);
    assert.deepEqual(times, retained());
    assert.deepEqual(await backups.snapshots("ocr"), await backups.snapshots("erp"));
    for (const host of ["erp", "ocr"] as const) {
      const copy = host === "erp" ? "first" : "second";
      await told(backups.on(host, `${restic(copy)} check --read-data`));
    }
    for (const time of [...times.slice(0, 1), ...times.slice(-1)]) {
      const proven = await backups.task("erp", "prove", "--at", time);
      assert.equal(proven.exitCode, 0, proven.text);
    }
    // The first of them knows nothing of the nights after it.
    assert.equal(
      await backups.query("SELECT count(*) FROM res_partner WHERE name LIKE 'night %'"),
      String(days),
    );
  });
});

function moment(day: number, hoursLater = 0): string {
  return new Date(start + day * dayMs + hoursLater * 3_600_000).toISOString().replace(".000", "");
}

/**
 * The last backup of each of the last 7 days, 4 weeks and 12 months that have any; and, as long as there are not as many
 * months, the oldest one of all.
 */
function retained(): string[] {
  const nights = Array.from({ length: days }, (_, day) => moment(day)).reverse();
  const week = (night: string) => Math.floor((Date.parse(night) - Date.UTC(2024, 0, 1)) / (7 * dayMs));
  const lastOf = (count: number, part: (night: string) => unknown) =>
    [...new Set(nights.map(part))]
      .slice(0, count)
      .map((wanted) => nights.find((night) => part(night) === wanted));
  const kept = [
    ...lastOf(7, (night) => night.slice(0, 10)),
    ...lastOf(4, week),
    ...lastOf(12, (night) => night.slice(0, 7)),
  ];
  kept.push(nights.at(-1));
  return [...new Set(kept)].filter((night): night is string => night !== undefined).sort();
}

function restic(copy: "first" | "second"): string {
  const place =
    copy === "first"
      ? "nyc3.digitaloceanspaces.com/insightpulse-backups"
      : "sfo3.digitaloceanspaces.com/insightpulse-backups-sfo3";
  return (
    "AWS_SHARED_CREDENTIALS_FILE=/etc/insightpulse/secrets/backup-spaces.ini restic --quiet " +
    `--repo s3:https://${place}/repository --password-file /etc/insightpulse/secrets/backup-repository-password`
  );
}
