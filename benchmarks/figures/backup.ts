import { rmSync } from "node:fs";
import { join } from "node:path";
import { Backups } from "../../tests/data/backup-support.ts";
import { Platform, told } from "../../tests/platform/support.ts";
import { type Benchmark, type Figure, figure, type Report } from "../benchmark.ts";

/** Lines of journal entries, and half as many messages: about 1 GB with their indexes. */
const lines = 2_400_000;
const filestoreFiles = 400;
const fileBytes = 500_000;

/** A night's backup and a restore, against what was done before: `pg_dump | gzip`, `tar | gzip`, `gunzip | psql`. */
export const backup: Benchmark = {
  name: "backup",
  description:
    "backup, proof and restore of a 1 GB database and a 200 MB filestore, against pg_dump | gzip and psql",
  run: async (report) => {
    const platform = await Platform.shared();
    try {
      return await measure(new Backups(platform), report);
    } finally {
      await platform.close();
    }
  },
};

async function measure(backups: Backups, report: Report): Promise<Figure[]> {
  report("filling the database and the filestore");
  await told(backups.on("erp", fill));
  const databaseMb = Number(await backups.query("SELECT pg_database_size(current_database()) / 1e6"));

  report("pg_dump | gzip, and tar | gzip of the files");
  const plain = await takePlain(backups);
  report("the first backup");
  const first = await take(backups);
  report("gunzip | psql");
  const plainRestore = Number(await told(backups.on("erp", plainRestoreScript)));
  report("proof: fetched, restored and compared");
  await told(backups.task("erp", "prove"));
  const proof = await backups.last("proof");

  report("a day on which 1 % changes");
  await backups.query(changeRecent);
  const second = await take(backups);
  report("a day on which 1 % changes that is spread over everything");
  await backups.query(changeEverywhere);
  const spread = await take(backups);

  report("a restore into live");
  const restored = await backups.ops("restore", "--into", "live", "--only", "db", "--yes-really", "prod");
  if (restored.exitCode !== 0) throw new Error(restored.text);
  const part = (name: string) => Number(new RegExp(`([\\d.]+) s +${name}`).exec(restored.text)?.[1]);
  const live = part("all of it");
  report("gunzip | psql into live");
  const plainLive = Number(await told(backups.on("erp", plainLiveScript)));

  const restoring = proof.seconds?.restore ?? Number.NaN;
  const limitMinutes = 15;
  return [
    figure("database", databaseMb, "MB"),
    figure("pg_dump | gzip and tar | gzip", plain.gzipped, "s"),
    figure("the same, put into the bucket", plain.seconds, "s"),
    figure("backup, all of it: measured, encrypted, in the bucket", first.seconds, "s"),
    figure("backup / pg_dump | gzip in the bucket", first.seconds / plain.seconds, "ratio", 0.7),
    figure("backup / pg_dump | gzip on the disk", first.seconds / plain.gzipped, "ratio"),
    figure("size of the gzipped dump and files", plain.bytes / 1e6, "MB"),
    figure("uploaded by the first backup", first.uploaded / 1e6, "MB"),
    figure("gunzip | psql into live, through the session pooler", plainLive, "s"),
    figure("restore of the backup there", part("database"), "s"),
    figure("restore / gunzip | psql, into live", part("database") / plainLive, "ratio"),
    figure("gunzip | psql into a server on the host, as its package sets it up", plainRestore, "s"),
    figure("restore of the backup into a proof's server", restoring, "s"),
    figure("restore / gunzip | psql, on the host", restoring / plainRestore, "ratio", 0.5),
    figure("proof, all of it", proof.seconds?.total ?? Number.NaN, "s"),
    figure("uploaded when 1 % changed / first backup", second.uploaded / first.uploaded, "ratio", 0.15),
    figure("uploaded when 1 % changed everywhere / first backup", spread.uploaded / first.uploaded, "ratio"),
    figure("restore of the database into live, from command to serving", live, "s", limitMinutes * 60),
    figure("restore into live, a minute's worth of database", (databaseMb / live) * 60, "MB"),
  ];
}

async function take(backups: Backups): Promise<{ seconds: number; uploaded: number }> {
  await told(backups.task("erp", "take"));
  const { seconds: parts, bytes } = (await backups.last("backup")) as unknown as {
    seconds: { total: number };
    bytes: { uploaded: number };
  };
  return { seconds: parts.total, uploaded: bytes.uploaded };
}

/** The way it was done before: how long until it is gzipped, until it is in the bucket, and what it came to. */
async function takePlain(backups: Backups) {
  const began = performance.now();
  const printed = await told(backups.on("erp", plainBackup));
  const seconds = (performance.now() - began) / 1000;
  const [uploading = 0, bytes = 0] = (printed.split("\n").at(-1) ?? "").split(" ").map(Number);
  rmSync(join(backups.bucket("insightpulse-backups"), "plain"), { recursive: true, force: true });
  return { seconds, gzipped: seconds - uploading, bytes };
}

const asOdoo = "set -euo pipefail; set -a; . /etc/insightpulse/secrets/odoo-database.env; set +a;";

/** Tables as Odoo has them: most of it journal entries and messages, each with the indexes Odoo gives them. */
const fill = `${asOdoo}
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 <<'SQL'
SET client_min_messages = warning;
DROP TABLE IF EXISTS ir_attachment, account_move_line, account_move, res_partner, mail_message CASCADE;
CREATE TABLE account_move (id serial PRIMARY KEY, name text, partner_id int, date date, amount_total numeric(16,2));
CREATE TABLE account_move_line (id serial PRIMARY KEY, move_id int, account_id int, partner_id int, name text, ref text,
  debit numeric(16,2), credit numeric(16,2), date date, create_date timestamp);
CREATE TABLE mail_message (id serial PRIMARY KEY, model text, res_id int, subject text, body text, create_date timestamp);
CREATE TABLE ir_attachment (id serial PRIMARY KEY, name text, store_fname text);
INSERT INTO account_move (name, partner_id, date, amount_total)
  SELECT 'INV/2026/' || i, i % 5000, date '2024-01-01' + i % 700, i % 9973 FROM generate_series(1, ${lines / 8}) i;
INSERT INTO account_move_line (move_id, account_id, partner_id, name, ref, debit, credit, date, create_date)
  SELECT 1 + i / 8, i % 400, i % 5000, 'Invoice line ' || md5(i::text), 'REF/' || i, i % 997, 0,
    date '2024-01-01' + i % 700, timestamp '2024-01-01' + i * interval '13 seconds' FROM generate_series(1, ${lines}) i;
INSERT INTO mail_message (model, res_id, subject, body, create_date)
  SELECT 'account.move', i, 'Re: INV/2026/' || i, '<p>' || md5(i::text) || ' was paid, ' || md5((i * 7)::text) ||
    repeat(' please see the attached statement of account', 3) || '</p>', timestamp '2024-01-01' + i * interval '26 seconds'
  FROM generate_series(1, ${lines / 2}) i;
CREATE INDEX ON account_move (partner_id); CREATE INDEX ON account_move (date, name);
CREATE INDEX ON account_move_line (move_id); CREATE INDEX ON account_move_line (partner_id, account_id);
CREATE INDEX ON account_move_line (date); CREATE INDEX ON mail_message (model, res_id);
ALTER TABLE account_move_line ADD FOREIGN KEY (move_id) REFERENCES account_move NOT VALID;
SQL
store=/var/lib/odoo/filestore/postgres
rm -rf "$store"
for index in $(seq 1 ${filestoreFiles}); do
  head -c ${fileBytes} /dev/urandom >/tmp/attachment
  name="$(sha1sum /tmp/attachment | cut -c1-40)"
  mkdir -p "$store/\${name:0:2}"
  mv /tmp/attachment "$store/\${name:0:2}/$name"
  printf '%s/%s\\n' "\${name:0:2}" "$name"
done >/tmp/names
psql --no-psqlrc --quiet --command '\\copy ir_attachment (store_fname) FROM /tmp/names'
chown -R svc-odoo:svc-odoo /var/lib/odoo/filestore
`;

/** What is written on a day stands together: the newest rows are added, and rows of the last days are changed. */
const changeRecent = `
INSERT INTO account_move_line (move_id, account_id, partner_id, name, ref, debit, credit, date, create_date)
  SELECT 1 + i / 8, 1, 1, 'New line ' || md5(i::text), 'NEW/' || i, 1, 0, now(), now() FROM generate_series(1, ${lines * 0.006}) i;
INSERT INTO mail_message (model, res_id, subject, body, create_date)
  SELECT 'account.move', i, 'New', md5((i * 3)::text), now() FROM generate_series(1, ${lines * 0.003}) i;
UPDATE account_move_line SET ref = ref || '!' WHERE id > ${lines * 0.996} AND id <= ${lines}`;

const changeEverywhere = "UPDATE account_move_line SET ref = ref || '?' WHERE id % 100 = 7";

const asBackup = `set -euo pipefail
eval "$(python3 -c "import json; d = json.load(open('/etc/insightpulse/backup.json'))['database'];
print(f'export PGHOST={d[\\"host\\"]} PGPORT={d[\\"port\\"]} PGUSER={d[\\"user\\"]} PGDATABASE=postgres PGSSLMODE=require')")"
export PGPASSFILE=/etc/insightpulse/secrets/backup.pgpass`;

/** What the platform's scripts did before, put into the bucket as they did: a backup beside its data is none. */
const plainBackup = `${asBackup}
pg_dump --schema=odoo | gzip >/var/tmp/plain.sql.gz
tar --create --gzip --file=/var/tmp/plain.tar.gz /var/lib/odoo 2>/dev/null
gzipped=$(date +%s.%N)
PYTHONPATH=/usr/local/lib/insightpulse python3 -B - <<'PYTHON'
from pathlib import Path
from backup import settings
from backup.bucket import Bucket
bucket = Bucket(settings.read().first, settings.SECRETS / "backup-spaces.ini")
for name in ("plain.sql.gz", "plain.tar.gz"):
    bucket.put(f"plain/{name}", Path("/var/tmp", name).read_bytes())
PYTHON
echo "$gzipped $(date +%s.%N) $(stat --format=%s /var/tmp/plain.sql.gz) $(stat --format=%s /var/tmp/plain.tar.gz)" |
  awk '{print $2 - $1, $3 + $4}'`;

/** Into a server of its own with the settings it comes with: that a proof's server may lose everything is our part. */
const plainRestoreScript = `set -euo pipefail
cd /
PYTHONPATH=/usr/local/lib/insightpulse python3 -B - <<'PYTHON'
import subprocess, tempfile, time
from pathlib import Path
from backup import scratch
scratch._SETTINGS = {"listen_addresses": ""}
folder = Path(tempfile.mkdtemp(dir="/var/tmp")); folder.chmod(0o711)
with scratch.running(folder / "server", 17) as server:
    where = f"--host={server.folder}"
    subprocess.run(["psql", where, "-qU", "postgres", "-c", "CREATE ROLE odoo"], check=True)
    began = time.monotonic()
    subprocess.run(f"gunzip --stdout /var/tmp/plain.sql.gz | psql {where} -qU postgres -o /dev/null postgres", shell=True, check=True)
    print(time.monotonic() - began)
PYTHON`;

/** Where a restore is needed: the live database, from the host, as Odoo's own role. */
const plainLiveScript = `${asOdoo}
cd /
psql --no-psqlrc --quiet --command 'SET client_min_messages = warning' \\
  --command 'DROP TABLE ir_attachment, account_move_line, account_move, mail_message CASCADE'
began=$(date +%s.%N)
gunzip --stdout /var/tmp/plain.sql.gz | sed '/^CREATE SCHEMA/d; /^ALTER SCHEMA/d' |
  psql --no-psqlrc --quiet --output=/dev/null --set=ON_ERROR_STOP=1
echo "$began $(date +%s.%N)" | awk '{print $2 - $1}'
rm -f /var/tmp/plain.*`;
