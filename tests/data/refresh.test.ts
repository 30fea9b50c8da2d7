import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { asideOf, Platform, type Said, skip, told } from "../platform/support.ts";
import { Backups } from "./backup-support.ts";
import { asOwner, maria, personal, plantPeople, removePeople } from "./people.ts";

const rulesFile = "/etc/insightpulse/masking.json";

describe("staging, filled from production's backup", { skip }, () => {
  let production: Platform;
  let staging: Platform;
  let backups: Backups;
  before(async () => {
    production = await Platform.shared();
    backups = new Backups(production);
    staging = await production.beside("staging");
    await plantPeople(production);
    await backups.dayBefore();
  });
  after(async () => {
    if (staging !== undefined) await removePeople(production);
    await production?.close();
  });

  const refresh = (...words: string[]): Promise<Said> =>
    staging.ops("refresh", "staging", "--yes-really", "staging", ...words);

  /** Everything that staging's database holds, as its own backups see it. */
  const dump = () =>
    told(
      staging.inside(
        "erp",
        "bash",
        "-c",
        'cd /; PYTHONPATH=/usr/local/lib/insightpulse python3 -B -c "' +
          "import os, subprocess; from backup import database, settings; known = settings.read().the_database(); " +
          "subprocess.run([str(database.programs(known.majorVersion) / 'pg_dump'), '--schema=odoo', '--schema=mattermost', '--schema=n8n'], " +
          'env={**os.environ, **database.environment(known)}, check=True)"',
      ),
    );
  const rulesWith = async (edit: (rules: Rules) => void): Promise<string> => {
    const rules = JSON.parse(await told(staging.inside("erp", "cat", rulesFile))) as Rules;
    edit(rules);
    return JSON.stringify(rules);
  };
  /** Refreshes by other rules, which must be refused, with nothing changed. */
  async function refused(edit: (rules: Rules) => void, pattern: RegExp): Promise<void> {
    await asOwner(
      staging,
      "GRANT odoo TO CURRENT_USER; DROP TABLE IF EXISTS odoo.stagings_own; CREATE TABLE odoo.stagings_own (id int)",
    );
    await staging.instead("erp", rulesFile, await rulesWith(edit), async () => {
      const said = await refresh();
      assert.equal(said.exitCode, 1, said.text);
      assert.match(said.text, pattern);
      for (const word of personal) assert.ok(!said.text.includes(word), "an error tells of a person");
    });
    assert.equal(await asOwner(staging, "SELECT to_regclass('odoo.stagings_own') IS NOT NULL"), "t");
    assert.equal(await left(), "");
  }
  /** What a refresh has left on staging's host beside its backups: nothing of production may stay. */
  const left = () =>
    told(
      staging.inside(
        "erp",
        "bash",
        "-c",
        "ls -A /var/lib/insightpulse/backup /run /var/lib/odoo/filestore | grep -E 'work$|insightpulse-backup-|replaced' || true",
      ),
    );

  test("production is filled from nowhere, whoever asks, and nobody is asked twice", async () => {
    const asked = await production.ops("refresh", "prod", "--from", "staging", "--yes-really", "prod");
    assert.match(asked.text, /prod is filled from nowhere/);
    const secrets = JSON.stringify({
      owner: { user: "x", password: "x" },
      source: {
        environment: "staging",
        endpoint: "https://nyc3.digitaloceanspaces.com",
        bucket: "b",
        accessKey: "x",
        secretKey: "x",
        password: "x",
      },
    });
    const onHost = await production.insideWith(secrets, "erp", "insightpulse-backup", "refresh");
    assert.match(onHost.text, /this host is prod's and is filled from nowhere/);
    assert.match((await staging.ops("refresh")).text, /asks for the environment's name/);
    assert.match(
      (await staging.ops("refresh", "--yes-really", "prod")).text,
      /--yes-really says prod, and the environment is staging/,
    );
  });

  test("a rule whose column is not there is named, and nothing is changed", () =>
    refused((rules) => {
      ruleOf(rules, "odoo.res_partner").columns.email_of_old = "mail";
    }, /columns that are to be masked are not there: odoo\.res_partner\.email_of_old\./));

  test("a column that looks personal and has no rule is named, and nothing is changed", () =>
    refused((rules) => {
      delete ruleOf(rules, "odoo.res_partner").columns.phone;
    }, /columns that look personal are masked by no rule: odoo\.res_partner\.phone\./));

  test("what is masked in one place and stands in another is found, and nothing is changed", () =>
    refused((rules) => {
      delete ruleOf(rules, "odoo.mail_message").columns.body;
    }, /what was masked elsewhere still stands in odoo\.mail_message\.body:/));

  test("a backup that is not proven is passed over, and that is said", async () => {
    await asOwner(production, "INSERT INTO odoo.ir_cron (cron_name, active) VALUES ('not proven', true)");
    const taken = await backups.task("erp", "take");
    assert.equal(taken.exitCode, 0, taken.text);
    const said = await refresh();
    assert.equal(said.exitCode, 0, said.text);
    assert.match(said.text, /the backup from \S+ is not proven, and passed over/);
    assert.equal(await asOwner(staging, "SELECT count(*) FROM odoo.ir_cron"), "2");
  });

  test("everything is there, and nobody's mail, name, number, word, file, password or token", async () => {
    const said = await refresh();
    assert.equal(said.exitCode, 0, said.text);
    const held = await dump();
    assert.match(held, /COPY odoo\.res_partner /);
    for (const word of personal) assert.ok(!held.toLowerCase().includes(word.toLowerCase()), word);
    assert.ok(!held.includes(maria.birthday), "her birthday");
    for (const word of personal)
      assert.equal(
        (await staging.inside("erp", "grep", "--recursive", "--quiet", "--", word, "/var/lib/odoo")).exitCode,
        1,
        word,
      );
    assert.equal(
      await asOwner(
        staging,
        "SELECT (SELECT count(*) FROM odoo.res_partner), (SELECT count(*) FROM odoo.account_move), (SELECT sum(amount) FROM odoo.account_move)",
      ),
      "501|1000|750750.00",
    );
    assert.equal(await left(), "");
  });

  test("who is one person there is one here, and stays the same one", async () => {
    const masks = () =>
      asOwner(
        staging,
        `SELECT u.login, p.email = u.login, p.email_normalized = u.login, m.email_from = u.login, e.work_email = u.login,
           c.email = u.login, n.email = u.login, b.acc_number = b.sanitized_acc_number, a.invoice_partner_display_name = p.name
         FROM odoo.res_users u JOIN odoo.res_partner p ON p.id = u.partner_id, odoo.mail_message m, odoo.hr_employee e,
           mattermost.users c, n8n."user" n, odoo.res_partner_bank b, odoo.account_move a LIMIT 1`,
      );
    const before = await masks();
    assert.match(before, /^person-[0-9a-f]{12}@masked\.invalid(\|t){8}$/);
    await told(refresh());
    assert.equal(await masks(), before);
    assert.equal(await asOwner(staging, "SELECT count(DISTINCT email) FROM odoo.res_partner"), "501");
  });

  test("nothing leaves staging by itself, and its addresses are its own", async () => {
    const answer = await asOwner(
      staging,
      `SELECT (SELECT bool_or(active) FROM odoo.ir_mail_server), (SELECT bool_or(active) FROM odoo.fetchmail_server),
         (SELECT string_agg(cron_name, ',') FROM odoo.ir_cron WHERE active), (SELECT count(*) FROM odoo.res_users_apikeys),
         (SELECT count(*) FROM n8n.credentials_entity), (SELECT bool_or(active) FROM n8n.workflow_entity),
         (SELECT count(*) FROM mattermost.sessions), (SELECT value FROM odoo.ir_config_parameter WHERE key = 'web.base.url')`,
    );
    assert.equal(
      answer,
      "f|f|Base: Auto-vacuum internal data|0|0|f|0|https://erp.staging.insightpulseai.net",
    );
    await told(
      staging.curl("--fail", "https://erp.staging.insightpulseai.net/web/health?db_server_status=1"),
    );
  });

  test("Odoo finds a stand-in of each file", async () => {
    const name = await asOwner(staging, "SELECT store_fname FROM odoo.ir_attachment");
    const path = `/var/lib/odoo/filestore/postgres/${name}`;
    assert.match(await told(staging.inside("erp", "cat", path)), /^A stand-in/);
    assert.equal(await told(staging.inside("erp", "stat", "-c", "%U", path)), "svc-odoo");
    const { exitCode, text } = await new Backups(staging).task("erp", "take");
    assert.equal(exitCode, 0, text);
  });

  test("one that fails half way puts back what was there, and the applications serve", async () => {
    await asOwner(staging, "UPDATE odoo.ir_cron SET cron_name = 'of staging'");
    const pgRestore = "/usr/lib/postgresql/17/bin/pg_restore";
    const failing = `#!/bin/sh
case "$PGHOST $*" in /*|*--list*) exec ${asideOf(pgRestore)} "$@" ;; *) echo "broken for a test" >&2; exit 1 ;; esac
`;
    await staging.instead("erp", pgRestore, failing, async () => {
      const said = await refresh();
      assert.equal(said.exitCode, 1, said.text);
      assert.match(said.text, /going back to what was there before/);
      assert.match(said.text, /broken for a test/);
    });
    assert.equal(await asOwner(staging, "SELECT DISTINCT cron_name FROM odoo.ir_cron"), "of staging");
    assert.equal(await left(), "");
    await told(
      staging.curl("--fail", "https://erp.staging.insightpulseai.net/web/health?db_server_status=1"),
    );
  });

  test("what opens production's backups is in no list of processes, no log and no file of staging's", async () => {
    const export_ = await production.account.pulumi("prod", "stack", "output", "--json", "--show-secrets");
    const { backupKeys, backupRepositoryPassword } = JSON.parse(export_.stdout);
    const secrets = [backupKeys.reader.secretKey, backupRepositoryPassword];
    const watching = staging.inside(
      "erp",
      "bash",
      "-c",
      `until pgrep -f '[m] backup refresh' >/dev/null; do sleep 0.1; done
       while pgrep -f '[m] backup refresh' >/dev/null; do cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' '; sleep 0.05; done`,
    );
    await told(refresh());
    const lists = (await watching).text;
    assert.match(lists, /pg_dump/);
    const kept = await told(
      staging.inside("erp", "journalctl", "--output", "cat", "--no-pager", "--since", "-1h"),
    );
    for (const secret of secrets) {
      assert.ok(typeof secret === "string" && secret.length >= 16);
      assert.ok(!lists.includes(secret) && !kept.includes(secret), "a secret is told");
      const found = await staging.insideWith(
        secret,
        "erp",
        "bash",
        "-c",
        "grep --recursive --fixed-strings --quiet --file=- /etc /var/lib/insightpulse /var/cache/insightpulse-backup /run/insightpulse-backup* /tmp 2>/dev/null",
      );
      assert.equal(found.exitCode === 0, false, "a secret is in a file");
    }
  });
});

interface Rules {
  readonly rules: { readonly table: string; readonly columns: Record<string, unknown> }[];
}

function ruleOf({ rules }: Rules, table: string) {
  return rules.find((rule) => rule.table === table) ?? assert.fail(`there is no rule for ${table}`);
}
