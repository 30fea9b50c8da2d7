import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { planDatabaseRoles } from "../../config/derive/database-roles.ts";
import { configuration } from "../host/support/render.ts";
import { PlatformStack } from "./stack.ts";
import { withSteadyRequests } from "./steady-requests.ts";
import { Platform, skip, told } from "./support.ts";

/** How Odoo is, and as whom it works in the database. */
const odooAndDatabase = "https://erp.insightpulseai.net/web/health?db_server_status=1";

const authorityFile = "/etc/insightpulse/database-authority.pem";

/** Looks for patterns, which come by standard input: an argument would be found in the list of processes. */
const search = [
  'patterns="$(cat)"',
  'found() { grep --fixed-strings --files-with-matches --recursive --file=<(printf "%s" "$patterns") "$@" 2>/dev/null; }',
  "found /etc/systemd /run/systemd /etc/containers /var/log /etc/nginx /home /opt /tmp || true",
  'journalctl --no-pager --output=cat | grep --fixed-strings --quiet --file=<(printf "%s" "$patterns") && echo the journal',
  'for file in /proc/[0-9]*/cmdline; do tr "\\0" " " <"$file" 2>/dev/null | grep --fixed-strings --quiet --file=<(printf "%s" "$patterns") && echo "$file"; done',
  "find /etc/insightpulse/secrets -type f -perm /007",
  "true",
].join("\n");

describe("the database of production, as its operators look after it", { skip }, () => {
  let platform: Platform;
  before(async () => {
    platform = await Platform.shared();
  });
  after(() => platform?.close());

  /** Runs a script in a machine, as its console would; SSH is for the commands that are tested. */
  const run = (host: string, script: string, input = "") =>
    platform.insideWith(input, host, "bash", "-c", script);

  /** Statements from the host, as the owner of a project. */
  function asOwner(which: "primary" | "secondary", sql: string): Promise<string> {
    const { database } = configuration();
    const { projectRef, poolerHost } =
      which === "primary" ? database : (database.secondary ?? assert.fail("there is no second project"));
    const secret = which === "primary" ? "supabaseOwnerPassword" : "supabaseSecondaryOwnerPassword";
    const where =
      `host=${poolerHost} port=5432 user=postgres.${projectRef} dbname=postgres ` +
      `sslmode=verify-full sslrootcert=${authorityFile}`;
    const script = `IFS= read -r PGPASSWORD; export PGPASSWORD; exec psql -qAt -v ON_ERROR_STOP=1 -f - '${where}'`;
    return told(run("erp", script, `${secrets()[secret]}\n${sql}\n`));
  }

  const secrets = () => platform.account.secrets("prod");

  test("every service works as a login of its own, over a connection whose server it has verified", async () => {
    const roles = {
      [odooAndDatabase]: "odoo",
      "https://chat.insightpulseai.net/api/v4/system/ping?get_server_status=true": "mattermost",
      // Behind the sign-on proxy, where only people who have signed in reach it.
      "http://127.0.0.1:5678/healthz/readiness": "n8n",
    };
    for (const [url, role] of Object.entries(roles)) {
      const asked = url.startsWith("http:")
        ? run("erp", `curl --silent --fail ${url}`)
        : platform.curl("--fail", url);
      const { stand_in_role: login } = JSON.parse(await told(asked));
      assert.match(login, new RegExp(`^${role}_[ab]$`));
    }
    const mode = "grep ^db_sslmode /etc/insightpulse/secrets/odoo.conf";
    assert.equal(await told(run("erp", mode)), "db_sslmode = verify-full");
  });

  test("a rotation under load: another login, the old one shut out, and not one request failed", async (context) => {
    const url = odooAndDatabase;
    let seconds = 0;
    const answers = await withSteadyRequests(
      platform,
      [url],
      async () => {
        const started = Date.now();
        const { exitCode, text } = await platform.ops("rotate", "odoo", "--yes");
        seconds = (Date.now() - started) / 1000;
        assert.equal(exitCode, 0, text);
        assert.match(text, /odoo signs in as odoo_[ab], and odoo_[ab] is let in no more/);
      },
      { longestSeconds: 60 },
    );
    const failed = answers.filter(({ status }) => status !== "200");
    const slowest = Math.max(...answers.map((answer) => answer.seconds));
    assert.ok(answers.length > 50);
    assert.deepEqual(failed, []);
    context.diagnostic(
      `${answers.length} requests, ${failed.length} failed, slowest ${slowest.toFixed(2)} s, rotation ${seconds.toFixed(0)} s`,
    );
    const { stand_in_role: login } = JSON.parse(await told(platform.curl("--fail", url)));
    const able = "SELECT rolname FROM pg_roles WHERE rolname IN ('odoo', 'odoo_a', 'odoo_b') AND rolcanlogin";
    assert.equal(await asOwner("primary", able), login);
  });

  test("a restart refuses nobody; a stop does, also right after one", async () => {
    const ask =
      "curl -s -o /dev/null -w '%{http_code} %{errormsg}\\n' --max-time 30 http://127.0.0.1:5678/healthz";
    const before = await told(run("erp", "systemctl show --property=MainPID n8n"));
    // Several at a time, so that some have connected and not yet been taken when it is told to end.
    const askers = `ask() { for i in $(seq 60); do ${ask}; done; }; for j in $(seq 8); do ask & done; wait`;
    const answers = await told(run("erp", `systemctl restart --no-block n8n; ${askers}`));
    assert.deepEqual(new Set(answers.split("\n").map((line) => line.trim())), new Set(["200"]));
    assert.notEqual(await told(run("erp", "systemctl show --property=MainPID n8n")), before);
    // It may answer before its start is over, and what is stopped in the middle of that holds its visitors a while longer.
    await told(run("erp", "systemctl start n8n"));
    const stopped = await run("erp", `systemctl stop n8n; ${ask}`);
    assert.match(stopped.stdout, /^000 /);
    assert.equal(stopped.exitCode, 7, "it is refused, and nobody waits");
    await told(run("erp", "systemctl start n8n"));
  });

  test("the report and the indexes, by commands", async () => {
    // Odoo closes a connection that it has not needed for a minute.
    await told(platform.curl("--fail", odooAndDatabase));
    const report = JSON.parse(await told(platform.ops("db", "report", "--json")));
    assert.ok(report.connections.some(({ user }: { user: string }) => /^odoo_[ab]$/.test(user)));
    assert.ok(Array.isArray(report.slowQueries));
    const { indexes } = JSON.parse(await told(platform.ops("db", "indexes", "--json")));
    assert.equal(indexes.length, 3);
  });

  test("Scout's move: dry run, the move, and the checklist", async () => {
    await asOwner(
      "secondary",
      `DROP SCHEMA IF EXISTS scout CASCADE; CREATE SCHEMA scout; CREATE TABLE scout.sales AS
       SELECT i AS id, repeat('x', 100) AS note FROM generate_series(1, 50000) i;`,
    );
    await asOwner("primary", "DROP SCHEMA IF EXISTS scout CASCADE;");
    const dry = await told(platform.ops("migrate-scout", "--dry-run"));
    assert.match(dry, /would move .*tables, which migration will own/);
    assert.equal(await asOwner("primary", "SELECT to_regclass('scout.sales') IS NULL"), "t");
    const moved = await told(platform.ops("migrate-scout"));
    assert.match(moved, /scout\.sales +50000 rows/);
    assert.match(moved, /the same on both sides/);
    assert.match(moved, /\[ \] the project is deleted/);
    assert.equal(await asOwner("primary", "SELECT count(*) FROM scout.sales"), "50000");
  });

  test("no password stands in units, logs, command lines or files that others read", async () => {
    const roles = planDatabaseRoles(configuration().resolvedServices, configuration()).map(
      ({ name }) => name,
    );
    const stack = await PlatformStack.of(platform);
    const shown = await told(stack.pulumi("stack", "output", "connections", "--json", "--show-secrets"));
    const { primary } = JSON.parse(shown);
    const passwords = roles.map((role) => new URL(primary.roles[role].session).password);
    const { supabaseOwnerPassword = "", supabaseSecondaryOwnerPassword = "" } = secrets();
    passwords.push(supabaseOwnerPassword, supabaseSecondaryOwnerPassword);
    assert.ok(passwords.every((password) => password.length >= 20));
    for (const host of ["erp", "ocr"])
      assert.equal(await told(run(host, search, passwords.join("\n"))), "", host);
  });

  test("the search finds what is there to be found", async () => {
    const plant = "IFS= read -r word; printf 'password=%s\\n' \"$word\" >/var/log/planted";
    await told(run("ocr", plant, `${secrets().supabaseOwnerPassword}\n`));
    const found = await told(run("ocr", search, `${secrets().supabaseOwnerPassword}\n`));
    await told(run("ocr", "rm /var/log/planted"));
    assert.equal(found, "/var/log/planted");
  });
});
