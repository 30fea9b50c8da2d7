import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Backups } from "../../tests/data/backup-support.ts";
import { told } from "../../tests/platform/support.ts";
import { asOdoo } from "./books.ts";

/** The way it was done before: `pg_dump | gzip` and `tar | gzip`, put into the same bucket, and `gunzip | psql`. */
export class Before {
  readonly #backups: Backups;

  constructor(backups: Backups) {
    this.#backups = backups;
  }

  /** Takes a backup, into the bucket: one beside its data is none. How long all of it takes, and what it comes to. */
  async take(): Promise<{ seconds: number; bytes: number }> {
    const [seconds = Number.NaN, bytes = Number.NaN] = (await told(this.#backups.on("erp", take)))
      .split(" ")
      .map(Number);
    return { seconds, bytes };
  }

  /**
   * Restores the last one's database into the live one, as Odoo's own login through the session pooler; what is there has
   * gone before the clock starts. How long it takes to load, to the last index, and with the fetching from the bucket before.
   */
  async restore(): Promise<{ load: number; all: number }> {
    const [load = Number.NaN, all = Number.NaN] = (await told(this.#backups.on("erp", restore)))
      .split(" ")
      .map(Number);
    return { load, all };
  }

  /** Removes what it has left. */
  async forget(): Promise<void> {
    rmSync(join(this.#backups.bucket("insightpulse-backups"), "plain"), { recursive: true, force: true });
  }
}

/** A program that speaks with the bucket, as the host's own does. */
const bucket = (work: string): string => `PYTHONPATH=/usr/local/lib/insightpulse python3 -B - <<'PYTHON'
from pathlib import Path
from backup import settings
from backup.bucket import Bucket
bucket = Bucket(settings.read().first, settings.SECRETS / "backup-spaces.ini")
${work}
PYTHON`;

const take = `set -euo pipefail
eval "$(python3 -c "import json; d = json.load(open('/etc/insightpulse/backup.json'))['database'];
print(f'export PGHOST={d[\\"host\\"]} PGPORT={d[\\"port\\"]} PGUSER={d[\\"user\\"]} PGDATABASE=postgres PGSSLMODE=require')")"
export PGPASSFILE=/etc/insightpulse/secrets/backup.pgpass
began=$(date +%s.%N)
pg_dump --schema=odoo | gzip >/var/tmp/plain.sql.gz
tar --create --gzip --file=/var/tmp/plain.tar.gz /var/lib/odoo 2>/dev/null
${bucket('for name in ("plain.sql.gz", "plain.tar.gz"):\n    bucket.put(f"plain/{name}", Path("/var/tmp", name).read_bytes())')}
echo "$began $(date +%s.%N) $(stat --format=%s /var/tmp/plain.sql.gz) $(stat --format=%s /var/tmp/plain.tar.gz)" |
  awk '{print $2 - $1, $3 + $4}'
rm -f /var/tmp/plain.*`;

const restore = `${asOdoo}
psql --no-psqlrc --quiet --command 'SET client_min_messages = warning' \\
  --command 'DROP TABLE ir_attachment, account_move_line, account_move, mail_message CASCADE'
began=$(date +%s.%N)
${bucket('Path("/var/tmp/plain.sql.gz").write_bytes(bucket.get("plain/plain.sql.gz"))')}
fetched=$(date +%s.%N)
# The schema is there, and is not Odoo's login's to make.
gunzip --stdout /var/tmp/plain.sql.gz | sed '/^CREATE SCHEMA/d; /^ALTER SCHEMA/d; /^ALTER .* OWNER TO/d; /^GRANT /d; /^REVOKE /d; /^ALTER DEFAULT PRIVILEGES/d' |
  psql --no-psqlrc --quiet --output=/dev/null --set=ON_ERROR_STOP=1
echo "$began $fetched $(date +%s.%N)" | awk '{print $3 - $2, $3 - $1}'
rm -f /var/tmp/plain.*`;
