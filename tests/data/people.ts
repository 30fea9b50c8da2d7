import { createHash } from "node:crypto";
import { type Platform, told } from "../platform/support.ts";

/** What is known of somebody in production, and must be found nowhere else. */
export const maria = {
  name: "Maria Planted Santos",
  mail: "maria.planted@santos-trading.ph",
  phone: "+63 917 555 0142",
  vat: "123-456-789-000",
  street: "17 Planted Street",
  account: "PH76 PLTD 0012 3456 78",
  passport: "P7654321PLANTED",
  birthday: "1987-03-21",
  words: "the diagnosis that nobody else may read",
  passwordHash: "$pbkdf2-sha512$600000$planted-hash",
  token: "ya29.planted-oauth-token",
  mailPassword: "planted-smtp-password",
  credential: "token planted by a test",
} as const;

/** What stands in a file of hers. */
const payslip = "The planted payslip of Maria";
const payslipName = createHash("sha1").update(payslip).digest("hex");

/** Everything that is looked for. */
export const personal: readonly string[] = [
  ...Object.values(maria).filter((value) => value !== maria.birthday),
  ...["PH76PLTD0012345678", "Planted Santos", "maria.planted", payslip, "payslip-of-maria"],
];

/** Tables as Odoo 18 has them, as far as they tell of people. */
const odooTables = `
CREATE TABLE res_partner (id serial PRIMARY KEY, name text NOT NULL, complete_name text, company_name text, commercial_company_name text,
  email text, email_normalized text, phone text, mobile text, vat text UNIQUE, street text, street2 text, zip text, website text, comment text);
CREATE TABLE res_users (id serial PRIMARY KEY, partner_id int REFERENCES res_partner, login text UNIQUE NOT NULL, password text, signature text,
  oauth_uid text, oauth_access_token text);
CREATE TABLE res_users_apikeys (id serial PRIMARY KEY, user_id int REFERENCES res_users, name text, key text, index text);
CREATE TABLE res_partner_bank (id serial PRIMARY KEY, partner_id int REFERENCES res_partner, acc_number text, sanitized_acc_number text, acc_holder_name text);
CREATE TABLE hr_employee (id serial PRIMARY KEY, name text, work_email text, work_phone text, mobile_phone text, private_email text,
  private_phone text, private_street text, private_street2 text, private_zip text, birthday date, place_of_birth text, identification_id text,
  passport_id text, ssnid text, sinid text, emergency_contact text, emergency_phone text, spouse_complete_name text, spouse_birthdate date,
  barcode text, pin text, additional_note text);
CREATE TABLE mail_message (id serial PRIMARY KEY, body text, subject text, email_from text, reply_to text, record_name text);
CREATE TABLE account_move (id serial PRIMARY KEY, partner_id int REFERENCES res_partner, amount numeric(16,2),
  invoice_partner_display_name text, narration text, access_token text);
CREATE TABLE ir_attachment (id serial PRIMARY KEY, name text NOT NULL, description text, index_content text, db_datas bytea, access_token text,
  url text, store_fname text, checksum varchar(40), file_size int, mimetype text);
CREATE TABLE ir_mail_server (id serial PRIMARY KEY, active bool, smtp_host text NOT NULL, smtp_user text, smtp_pass text);
CREATE TABLE fetchmail_server (id serial PRIMARY KEY, active bool, server text, "user" text, password text);
CREATE TABLE ir_cron (id serial PRIMARY KEY, cron_name text, active bool);
CREATE TABLE ir_config_parameter (id serial PRIMARY KEY, key text UNIQUE, value text);
INSERT INTO res_partner (name, complete_name, email, email_normalized, phone, vat, street)
  VALUES ('${maria.name}', '${maria.name}', 'Maria <${maria.mail}>', '${maria.mail}', '${maria.phone}', '${maria.vat}', '${maria.street}');
INSERT INTO res_partner (name, email, phone, vat) SELECT 'Customer ' || i, 'customer' || i || '@buyers.ph', '+63 2 ' || 7000000 + i, 'VAT-' || 100000 + i
  FROM generate_series(1, 500) i;
INSERT INTO res_users (partner_id, login, password, oauth_uid, oauth_access_token)
  VALUES (1, '${maria.mail}', '${maria.passwordHash}', '1002003004005', '${maria.token}'), (NULL, 'admin', '${maria.passwordHash}', NULL, NULL);
INSERT INTO res_users_apikeys (user_id, name, key) VALUES (1, 'laptop', '${maria.token}');
INSERT INTO res_partner_bank (partner_id, acc_number, sanitized_acc_number, acc_holder_name)
  VALUES (1, '${maria.account}', '${maria.account.replaceAll(" ", "")}', '${maria.name}');
INSERT INTO hr_employee (name, work_email, private_phone, birthday, passport_id) VALUES ('${maria.name}', '${maria.mail}', '${maria.phone}', '${maria.birthday}', '${maria.passport}');
INSERT INTO mail_message (body, subject, email_from) VALUES ('<p>${maria.words}, to ${maria.mail}</p>', 'About ${maria.name}', '"${maria.name}" <${maria.mail}>');
INSERT INTO account_move (partner_id, amount, invoice_partner_display_name) SELECT 1 + i % 500, i * 1.5, '${maria.name}' FROM generate_series(1, 1000) i;
INSERT INTO ir_attachment (name, store_fname, checksum, file_size, mimetype, index_content)
  VALUES ('payslip-of-maria.pdf', '${payslipName.slice(0, 2)}/${payslipName}', '${payslipName}', ${payslip.length}, 'application/pdf', '${payslip}');
INSERT INTO ir_attachment (name, url, mimetype) VALUES ('web.assets.css', '/web/assets/1/web.css', 'text/css');
INSERT INTO ir_mail_server (active, smtp_host, smtp_user, smtp_pass) VALUES (true, 'smtp.zoho.com', '${maria.mail}', '${maria.mailPassword}');
INSERT INTO fetchmail_server (active, server, "user", password) VALUES (true, 'imap.zoho.com', '${maria.mail}', '${maria.mailPassword}');
INSERT INTO ir_cron (cron_name, active) VALUES ('Mail: Email Queue Manager', true), ('Base: Auto-vacuum internal data', true);
INSERT INTO ir_config_parameter (key, value) VALUES ('database.secret', '${maria.token}'), ('mail.catchall.domain', 'insightpulseai.com'),
  ('some_module.api_key', '${maria.credential}');`;

const mattermostTables = `
CREATE TABLE users (id varchar(26) PRIMARY KEY, username varchar(64) UNIQUE, password varchar(128), authdata varchar(128) UNIQUE, authservice varchar(32),
  email varchar(128) UNIQUE, nickname varchar(64), firstname varchar(64), lastname varchar(64), mfasecret varchar(128), notifyprops jsonb, props jsonb);
CREATE TABLE posts (id varchar(26) PRIMARY KEY, userid varchar(26), message varchar(65535), props jsonb, filenames varchar(4000), fileids varchar(300));
CREATE TABLE sessions (id varchar(26) PRIMARY KEY, token varchar(26), userid varchar(26));
INSERT INTO users (id, username, email, firstname, lastname, authdata, authservice)
  VALUES ('u1', 'maria.planted', '${maria.mail}', 'Maria', 'Planted Santos', '1002003004005', 'google');
INSERT INTO posts (id, userid, message) VALUES ('p1', 'u1', '${maria.words}');
INSERT INTO sessions VALUES ('s1', 'planted-session', 'u1');`;

const n8nTables = `
CREATE TABLE "user" (id serial PRIMARY KEY, email varchar(255) UNIQUE, "firstName" varchar(32), "lastName" varchar(32), password varchar(255),
  "mfaSecret" text, "mfaRecoveryCodes" text, "personalizationAnswers" json);
CREATE TABLE workflow_entity (id serial PRIMARY KEY, name text, active bool NOT NULL, "pinData" json, "staticData" json);
CREATE TABLE credentials_entity (id serial PRIMARY KEY, name text, data text NOT NULL);
INSERT INTO "user" (email, "firstName", "lastName", password) VALUES ('${maria.mail}', 'Maria', 'Planted Santos', '${maria.passwordHash}');
INSERT INTO workflow_entity (name, active, "staticData") VALUES ('Send invoices', true, '{"to": "${maria.mail}"}');
INSERT INTO credentials_entity (name, data) VALUES ('Zoho', '${maria.credential}');`;

const tables: Readonly<Record<string, { readonly make: string; readonly names: readonly string[] }>> = {
  odoo: { make: odooTables, names: namesIn(odooTables) },
  mattermost: { make: mattermostTables, names: namesIn(mattermostTables) },
  n8n: { make: n8nTables, names: namesIn(n8nTables) },
};

/** Asks an environment's database as its owner, from the host that takes the backups. */
export async function asOwner(platform: Platform, sql: string): Promise<string> {
  const { database } = JSON.parse(await told(platform.inside("erp", "cat", "/etc/insightpulse/backup.json")));
  const owner = `postgres.${database.user.split(".").at(-1)}`;
  const where =
    `host=${database.host} port=${database.port} user=${owner} dbname=${database.name} ` +
    `sslmode=${database.tls} sslrootcert=${database.authorityFile}`;
  const { supabaseOwnerPassword } = platform.account.secrets(platform.environment);
  // By standard input: an argument would be found in the list of processes.
  const script = `IFS= read -r PGPASSWORD; export PGPASSWORD; exec psql -qAtX -v ON_ERROR_STOP=1 -f - '${where}'`;
  return told(platform.insideWith(`${supabaseOwnerPassword}\n${sql}\n`, "erp", "bash", "-c", script));
}

/** Makes the tables of people, in the place of what a test has left. */
export async function plantPeople(platform: Platform): Promise<void> {
  await asOwner(
    platform,
    statements((schema) => tables[schema]?.make ?? ""),
  );
  const folder = `/var/lib/odoo/filestore/postgres/${payslipName.slice(0, 2)}`;
  const script = `mkdir -p ${folder}; printf '%s' '${payslip}' >${folder}/${payslipName}; chown -R svc-odoo:svc-odoo /var/lib/odoo/filestore
    rm -rf /var/lib/insightpulse/backup/records`;
  await told(platform.inside("erp", "bash", "-c", script));
}

/** Takes them away again. */
export async function removePeople(platform: Platform): Promise<void> {
  await asOwner(
    platform,
    statements(() => ""),
  );
}

function statements(make: (schema: string) => string): string {
  const all = Object.entries(tables).map(
    ([schema, { names }]) =>
      `GRANT ${schema} TO CURRENT_USER; SET ROLE ${schema}; SET search_path = ${schema};
DROP TABLE IF EXISTS ${names.join(", ")}, ${schema === "odoo" ? "account_move_line, new_table" : names[0]} CASCADE;
${make(schema)}
RESET ROLE;`,
  );
  return ["SET client_min_messages = warning;", ...all].join("\n");
}

function namesIn(sql: string): string[] {
  return [...sql.matchAll(/CREATE TABLE (\S+)/g)].map(([, name = ""]) => name);
}
