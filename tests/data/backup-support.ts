import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { type Platform, type Said, told } from "../platform/support.ts";
import { waitFor } from "../support/wait-for.ts";

const root = resolve(import.meta.dirname, "../..");

/** One record of a backup, a proof or a copy. */
export interface Record {
  readonly kind: string;
  readonly time: string;
  readonly result: string;
  readonly snapshot?: string;
  readonly reasons?: readonly string[];
  readonly differences?: readonly string[];
  readonly seconds?: Readonly<{ [part: string]: number }>;
  readonly bytes?: Readonly<{ uploaded: number }>;
}

/**
 * Tables as Odoo has them, with a filestore in which each file is named by its SHA-1. The image that plays Odoo keeps no
 * tables of its own.
 */
const seed = `
set -euo pipefail
rows="$1"
set -a; . /etc/insightpulse/secrets/odoo-database.env; set +a
store=/var/lib/odoo/filestore/postgres
rm -rf "$store"
# Another database: that it has fewer rows than the one before is no accident.
rm -rf /var/lib/insightpulse/backup/records
mkdir -p "$store"
attachments=""
for index in $(seq 1 30); do
  head -c 20000 /dev/urandom >/tmp/attachment
  name="$(sha1sum /tmp/attachment | cut -c1-40)"
  mkdir -p "$store/\${name:0:2}"
  mv /tmp/attachment "$store/\${name:0:2}/$name"
  attachments="$attachments INSERT INTO ir_attachment (name, store_fname) VALUES ('file $index', '\${name:0:2}/$name');"
done
chown -R svc-odoo:svc-odoo "$store"
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 <<SQL
SET client_min_messages = warning;
DROP TABLE IF EXISTS ir_attachment, account_move_line, account_move, res_partner, mail_message, new_table CASCADE;
CREATE TABLE res_partner (id serial PRIMARY KEY, name text NOT NULL, vat text UNIQUE);
CREATE TABLE account_move (id serial PRIMARY KEY, partner_id int REFERENCES res_partner, amount numeric(16,2) CHECK (amount >= 0), date date);
CREATE TABLE account_move_line (id serial PRIMARY KEY, move_id int NOT NULL REFERENCES account_move ON DELETE CASCADE, note text);
CREATE TABLE ir_attachment (id serial PRIMARY KEY, name text, store_fname text);
INSERT INTO res_partner (name, vat) SELECT 'Partner ' || i, 'V' || i FROM generate_series(1, $rows / 10) i;
INSERT INTO account_move (partner_id, amount, date) SELECT 1 + i % ($rows / 10), i * 1.5, date '2026-01-01' + i % 300 FROM generate_series(1, $rows) i;
INSERT INTO account_move_line (move_id, note) SELECT 1 + i % $rows, md5(i::text) FROM generate_series(1, $rows * 3) i;
CREATE INDEX ON account_move_line (move_id);
CREATE INDEX ON account_move (date, partner_id);
CREATE VIEW open_move AS SELECT m.id, p.name FROM account_move m JOIN res_partner p ON p.id = m.partner_id;
$attachments
SQL
`;

/** What is live, compared with what was measured when a backup was taken: by the server's own sums over every row. */
const compare = `
import json, sys
from backup import database, manifest, prove, settings
from backup.context import Stopwatch, first_copy, workspace
from backup.session import Session

context = first_copy(settings.read())
known = context.settings.the_database()
chosen = next(one for one in context.repository.snapshots() if one.id == sys.argv[1])
with workspace("compared", ".compared") as folder, Session(database.environment(known)) as session:
    expected = prove.fetch(context, chosen, folder, Stopwatch(), folders=()).expected
    live = manifest.schemas_of(session, known.leaveOut)
    found = manifest.measure(session, {name: live[name] for name in expected.schemas if name in live})
print(json.dumps(manifest.differences(expected, found)))
`;

/** The backups of a platform, as their host sees them. */
export class Backups {
  readonly platform: Platform;

  constructor(platform: Platform) {
    this.platform = platform;
  }

  /** Runs a shell script on a host, as root. */
  on(host: string, script: string, ...words: string[]): Promise<Said> {
    return this.platform.inside(host, "bash", "-c", script, "bash", ...words);
  }

  /** Fills Odoo's schema and filestore. */
  async seed(rows: number): Promise<void> {
    await told(this.on("erp", seed, String(rows)));
  }

  /** What Odoo's own role gets for an answer. */
  query(statement: string): Promise<string> {
    const script =
      'set -a; . /etc/insightpulse/secrets/odoo-database.env; psql -qtAX -v ON_ERROR_STOP=1 -c "$1"';
    return told(this.on("erp", script, statement));
  }

  /** How what is live differs from what was measured when a backup was taken, a sentence each. */
  async differences({ snapshot = "" }: Record): Promise<string[]> {
    const script = 'cd / && PYTHONPATH=/usr/local/lib/insightpulse exec python3 -B -c "$1" "$2"';
    return JSON.parse(await told(this.on("erp", script, compare, snapshot)));
  }

  /** Starts a unit as its timer does, and waits until it has ended; says how. */
  async start(host: string, unit: string): Promise<string> {
    await this.on(host, 'systemctl reset-failed "$1" 2>/dev/null; systemctl start "$1"', unit);
    return told(this.on(host, 'systemctl show --property=Result --value "$1"', unit));
  }

  /** Takes a backup as the timer does, and waits for the proof that follows it. */
  async night(): Promise<{ backup: Record; proof: Record }> {
    assert.equal(
      await this.start("erp", "backup.service"),
      "success",
      await this.log("erp", "backup.service"),
    );
    await told(this.on("erp", "systemctl start backup-proof.service"));
    return { backup: await this.last("backup"), proof: await this.last("proof") };
  }

  /**
   * Begins a series of its own with a proven backup of the day before: of a day only the last backup is kept, and with nothing to be
   * freed no new pack of the repository holds anything of this one.
   *
   * @returns the time of that backup
   */
  async dayBefore(): Promise<string> {
    const time = new Date(Date.now() - 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");
    const { first } = JSON.parse(await told(this.on("erp", "cat /etc/insightpulse/backup.json")));
    const forget =
      'AWS_SHARED_CREDENTIALS_FILE=/etc/insightpulse/secrets/backup-spaces.ini restic --quiet --repo "$1" ' +
      "--password-file /etc/insightpulse/secrets/backup-repository-password forget --tag platform --unsafe-allow-remove-all";
    await told(this.on("erp", forget, `s3:${first.endpoint}/${first.bucket}/repository`));
    await told(this.task("erp", "take", "--as-of", time));
    await told(this.task("erp", "prove", "--at", time));
    return time;
  }

  /** Does a task of the program, and gives everything it says. */
  task(host: string, ...words: string[]): Promise<Said> {
    return this.on(host, 'insightpulse-backup "$@" </dev/null', ...words);
  }

  /** The newest record of a kind. */
  async last(kind: string): Promise<Record> {
    const script = 'cat "$(ls /var/lib/insightpulse/backup/records/*."$1".json | tail -n 1)"';
    return JSON.parse(await told(this.on(kind === "copy" ? "ocr" : "erp", script, kind)));
  }

  /** Ids of the backups in a copy; those of the second one are the ids they were copied from. */
  async snapshots(host: "erp" | "ocr"): Promise<string[]> {
    const { first, second } = JSON.parse(await told(this.on("erp", "cat /etc/insightpulse/backup.json")));
    const { endpoint, bucket } = host === "erp" ? first : second;
    const script =
      'AWS_SHARED_CREDENTIALS_FILE=/etc/insightpulse/secrets/backup-spaces.ini restic --no-lock --json --repo "$1" ' +
      "--password-file /etc/insightpulse/secrets/backup-repository-password snapshots --tag platform";
    const found = JSON.parse(await told(this.on(host, script, `s3:${endpoint}/${bucket}/repository`)));
    return found.map(({ id, original }: { id: string; original?: string }) => original ?? id).sort();
  }

  /** What a unit has logged in its last run. */
  async log(host: string, unit: string): Promise<string> {
    return told(this.on(host, 'journalctl --unit "$1" --lines 20 --output cat', unit));
  }

  /** Everything that was posted to the alert channel so far. */
  alarms(): string[] {
    return this.platform.received.slack.all().map((message) => JSON.stringify(message));
  }

  /** Waits for a new alarm that says something. */
  async alarm(before: number, pattern: RegExp): Promise<void> {
    const since = () => this.alarms().slice(before);
    try {
      await waitFor(() => since().some((text) => pattern.test(text)), `an alarm that says ${pattern}`);
    } catch (error) {
      assert.fail(`${(error as Error).message}: ${since().join("\n") || "none came"}`);
    }
  }

  /** Orders a fault of the sandbox's cloud; gives what takes it away again. */
  async fault(...words: string[]): Promise<() => Promise<void>> {
    await told(this.platform.sandbox("fault", "add", ...words));
    return async () => void (await told(this.platform.sandbox("fault", "clear")));
  }

  /** Where the objects of a bucket lie on this computer. */
  bucket(name: string): string {
    return join(this.platform.folder, "cloud/spaces/data", name);
  }

  /** The repository's folder of this checkout. */
  get root(): string {
    return root;
  }
}
