import { rmSync } from "node:fs";
import { join } from "node:path";
import { Backups } from "../../tests/data/backup-support.ts";
import { told } from "../../tests/platform/support.ts";
import { Before } from "../backup/before.ts";
import { aDay, everywhere, fillDatabase, fillFilestore } from "../backup/books.ts";
import { type Benchmark, type Figure, figure, type Report } from "../benchmark.ts";
import { machineObstacle, withMachines } from "../machines.ts";
import { median, paired, slope } from "../statistics.ts";

/** 1 GB with its indexes; and a tenth of it, by which it is told how a restore grows. */
const lines = 2_400_000;
const fewLines = 240_000;
const rounds = 2;
const recoveryLimitMinutes = 15;

/**
 * A night's backup and a restore of it, against what was done before, turn by turn.
 *
 * A backup ends where it has to end, in the same bucket in another region. Before: `pg_dump | gzip` and `tar | gzip`, put
 * there. Ours is all that the host does for one, into an empty repository: measured within the dump's snapshot, encrypted, old
 * ones forgotten. A restore is compared by what both do: `gunzip | psql` into the live database, through the session pooler,
 * and our restore of the dump there. What else it takes to have it back, on either side the way from the bucket, and on
 * ours the comparison with what was measured, is told beside it.
 */
export const backup: Benchmark = {
  name: "backup",
  description:
    "backup and restore of a 1 GB database and a 200 MB filestore, against pg_dump | gzip and gunzip | psql",
  obstacle: machineObstacle,
  run: (report) => withMachines("prod", report, (platform) => measure(new Backups(platform), report)),
};

async function measure(backups: Backups, report: Report): Promise<Figure[]> {
  const before = new Before(backups);
  report("a tenth of the database, for how a restore grows");
  await fillDatabase(backups, fewLines);
  await take(backups);
  const small = { x: await databaseMb(backups), y: (await restore(backups)).all };

  report("filling the database and the filestore");
  await fillDatabase(backups, lines);
  await fillFilestore(backups);
  const size = await databaseMb(backups);

  const taken = await inTurn(
    async (round) => {
      report(`pg_dump | gzip and tar | gzip into the bucket, round ${round}`);
      return before.take();
    },
    async (round) => {
      report(`our backup into an empty repository, round ${round}`);
      await forgetRepository(backups);
      return take(backups);
    },
  );
  const restored = await inTurn(
    async (round) => {
      report(`gunzip | psql, round ${round}`);
      return before.restore();
    },
    async (round) => {
      report(`our restore, round ${round}`);
      return restore(backups);
    },
  );
  await before.forget();

  report("a backup after a day that changed 1 %, and after 1 % that is spread over everything");
  await backups.query(aDay(lines));
  const day = await take(backups);
  await backups.query(everywhere);
  const spread = await take(backups);
  report("its proof");
  await told(backups.task("erp", "prove"));
  const proof = await backups.last("proof");

  const first = median(taken.ours.map(({ uploaded }) => uploaded));
  const recovery = median(restored.ours.map(({ all }) => all));
  return [
    figure("database", size, "MB"),
    figure(
      "pg_dump | gzip and tar | gzip, into the bucket",
      median(taken.before.map(({ seconds }) => seconds)),
      "s",
    ),
    figure("our backup, all of it", median(taken.ours.map(({ seconds }) => seconds)), "s"),
    figure(
      "backup / pg_dump | gzip",
      paired(taken.ours, taken.before, (ours, one) => ours.seconds / one.seconds),
      "ratio",
      0.7,
    ),
    figure(
      "in the bucket by pg_dump | gzip and tar | gzip",
      median(taken.before.map(({ bytes }) => bytes)) / 1e6,
      "MB",
    ),
    figure("uploaded by our first backup", first / 1e6, "MB"),
    figure("gunzip | psql into live", median(restored.before.map(({ load }) => load)), "s"),
    figure("our restore into live", median(restored.ours.map(({ load }) => load)), "s"),
    figure(
      "restore / gunzip | psql",
      paired(restored.ours, restored.before, (ours, one) => ours.load / one.load),
      "ratio",
      0.5,
    ),
    figure(
      "the same, both from the bucket, and ours compared",
      paired(restored.ours, restored.before, (ours, one) => ours.compared / one.all),
      "ratio",
    ),
    figure("uploaded after a day that changed 1 % / first backup", day.uploaded / first, "ratio", 0.15),
    figure("uploaded after 1 % spread over everything / first backup", spread.uploaded / first, "ratio"),
    figure("proof: fetched, restored beside, compared", proof.seconds?.total ?? Number.NaN, "s"),
    figure("database corrupted: from the command to serving", recovery, "s", recoveryLimitMinutes * 60),
    figure("the same, for each further GB", slope([small, { x: size, y: recovery }]) * 1000, "s"),
  ];
}

/** Each after the other, so that whatever else the machine does meets both alike. */
async function inTurn<One, Other>(
  before: (round: number) => Promise<One>,
  ours: (round: number) => Promise<Other>,
): Promise<{ before: One[]; ours: Other[] }> {
  const results = { before: [] as One[], ours: [] as Other[] };
  for (let round = 1; round <= rounds; round += 1) {
    results.before.push(await before(round));
    results.ours.push(await ours(round));
  }
  return results;
}

const databaseMb = async (backups: Backups): Promise<number> =>
  Number(await backups.query("SELECT pg_database_size(current_database()) / 1e6"));

async function take(backups: Backups): Promise<{ seconds: number; uploaded: number }> {
  await told(backups.task("erp", "take"));
  const { seconds, bytes } = await backups.last("backup");
  return { seconds: seconds?.total ?? Number.NaN, uploaded: bytes?.uploaded ?? Number.NaN };
}

/** A host's first backup makes its repository anew, and so does the first copy of it: two of different series never agree. */
async function forgetRepository(backups: Backups): Promise<void> {
  for (const bucket of ["insightpulse-backups", "insightpulse-backups-sfo3"])
    rmSync(join(backups.bucket(bucket), "repository"), { recursive: true, force: true });
  await told(
    backups.on("erp", "rm -rf /var/lib/insightpulse/backup/repository /var/cache/insightpulse-backup"),
  );
}

/** Restores the last backup's database into the live one, and reads the stopwatch that is printed. */
async function restore(backups: Backups): Promise<{ load: number; compared: number; all: number }> {
  const words = ["--into", "live", "--only", "db", "--yes-really", "prod"];
  const said = await backups.platform.ops("restore", ...words);
  if (said.exitCode !== 0) throw new Error(said.text);
  const part = (name: string) => Number(new RegExp(`([\\d.]+) s +${name}$`, "m").exec(said.text)?.[1]);
  const load = part("database");
  return { load, compared: part("fetch") + load + part("compare"), all: part("all of it") };
}
