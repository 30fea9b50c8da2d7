import type { Backups } from "../../tests/data/backup-support.ts";
import { told } from "../../tests/platform/support.ts";

const filestoreFiles = 400;
const fileBytes = 500_000;

/** Runs what follows as Odoo's own login, on a host. */
export const asOdoo =
  "set -euo pipefail; cd /; set -a; . /etc/insightpulse/secrets/odoo-database.env; set +a;";

/**
 * Fills Odoo's schema with tables as Odoo has them: most of it journal entries and messages, each with the indexes Odoo
 * gives them.
 *
 * @param lines journal entries, and half as many messages; 2.4 million make about 1 GB with their indexes
 */
export async function fillDatabase(backups: Backups, lines: number): Promise<void> {
  await told(
    backups.on(
      "erp",
      `${asOdoo}
# Another database: that it has fewer rows than the one before is no accident.
rm -rf /var/lib/insightpulse/backup/records
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
  SELECT 1 + (i - 1) / 8, i % 400, i % 5000, 'Invoice line ' || md5(i::text), 'REF/' || i, i % 997, 0,
    date '2024-01-01' + i % 700, timestamp '2024-01-01' + i * interval '13 seconds' FROM generate_series(1, ${lines}) i;
INSERT INTO mail_message (model, res_id, subject, body, create_date)
  SELECT 'account.move', i, 'Re: INV/2026/' || i, '<p>' || md5(i::text) || ' was paid, ' || md5((i * 7)::text) ||
    repeat(' please see the attached statement of account', 3) || '</p>', timestamp '2024-01-01' + i * interval '26 seconds'
  FROM generate_series(1, ${lines / 2}) i;
CREATE INDEX ON account_move (partner_id); CREATE INDEX ON account_move (date, name);
CREATE INDEX ON account_move_line (move_id); CREATE INDEX ON account_move_line (partner_id, account_id);
CREATE INDEX ON account_move_line (date); CREATE INDEX ON mail_message (model, res_id);
ALTER TABLE account_move_line ADD FOREIGN KEY (move_id) REFERENCES account_move;
SQL
`,
    ),
  );
}

/** Fills Odoo's filestore with 200 MB that no compression makes smaller, as pictures and documents are. */
export async function fillFilestore(backups: Backups): Promise<void> {
  await told(
    backups.on(
      "erp",
      `${asOdoo}
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
rm -f /tmp/names
`,
    ),
  );
}

/**
 * A day of an ERP, which changes 1 % of the rows: 0.6 % are new, and 0.4 % are changed, one in twelve of the newest twentieth:
 * what is paid, reconciled and answered is of the last weeks.
 */
export const aDay = (lines: number): string => `
INSERT INTO account_move_line (move_id, account_id, partner_id, name, ref, debit, credit, date, create_date)
  SELECT 1 + i / 8, 1, 1, 'New line ' || md5(i::text), 'NEW/' || i, 1, 0, now(), now() FROM generate_series(1, ${lines * 0.006}) i;
INSERT INTO mail_message (model, res_id, subject, body, create_date)
  SELECT 'account.move', i, 'New', md5((i * 3)::text), now() FROM generate_series(1, ${lines * 0.003}) i;
UPDATE account_move_line SET ref = ref || '!' WHERE id > ${lines * 0.95} AND id <= ${lines} AND id % 12 = 7;
UPDATE mail_message SET subject = subject || '!' WHERE id > ${lines * 0.475} AND id <= ${lines / 2} AND id % 12 = 7`;

/** The worst that 1 % can be: one row in a hundred of the largest table, wherever it stands. */
export const everywhere = "UPDATE account_move_line SET ref = ref || '?' WHERE id % 100 = 7";
