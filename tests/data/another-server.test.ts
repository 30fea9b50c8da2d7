import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { Platform, skip, told } from "../platform/support.ts";
import { Backups } from "./backup-support.ts";

describe("a restore onto a database server of another minor version", { skip }, () => {
  let platform: Platform;
  let backups: Backups;
  before(async () => {
    platform = await Platform.shared();
    backups = new Backups(platform);
  });
  // Each begins with tables of its own, whatever the one before has left.
  beforeEach(() => backups.seed(600));
  after(async () => {
    if (platform === undefined) return;
    await told(platform.sandbox("database-server", "own"));
    await backups.seed(600);
    await backups.night();
    await platform.close();
  });

  /** Which version now runs the database, as that says itself. */
  async function runBy(server: "own" | "older"): Promise<string> {
    await told(platform.sandbox("database-server", server));
    const said = await backups.query("SHOW server_version");
    return /^\d+\.\d+/.exec(said)?.[0] ?? assert.fail(said);
  }

  test("a server of another major version is refused before anything is changed", async () => {
    const pgDump = "/usr/lib/postgresql/17/bin/pg_dump";
    const rows = () => backups.query("SELECT count(*) FROM account_move_line");
    await backups.night();
    await backups.query("DELETE FROM account_move_line WHERE id % 3 = 1");
    const before = await rows();
    await platform.instead("erp", pgDump, '#!/bin/sh\necho "pg_dump (PostgreSQL) 16.4"\n', async () => {
      const said = await platform.ops("restore", "--into", "live", "--only", "db", "--yes-really", "prod");
      assert.equal(said.exitCode, 1, said.text);
      assert.match(said.text, /nothing was changed/);
      assert.match(
        said.text,
        /pg_dump is of version 16, and the database of version 17: set database\.majorVersion to 17/,
      );
    });
    assert.equal(await rows(), before);
  });

  for (const [from, to] of [
    ["own", "older"],
    ["older", "own"],
  ] as const) {
    test(`a backup of the ${from} one is restored whole onto the ${to} one, which is said, and serves`, async () => {
      const then = await runBy(from);
      const { backup, proof } = await backups.night();
      assert.equal(proof.result, "proven");
      assert.deepEqual(await backups.differences(backup), []);
      await backups.query(
        "DELETE FROM account_move_line WHERE id % 3 = 0; UPDATE res_partner SET name = 'gone'; DROP VIEW open_move; CREATE TABLE new_table (id int)",
      );
      const now = await runBy(to);
      assert.notEqual(now, then);
      assert.equal(now.split(".")[0], then.split(".")[0]);
      // What is damaged is seen as such on this server too: the comparison is worth something.
      const damaged = (await backups.differences(backup)).join("; ");
      for (const said of [
        /table odoo\.account_move_line has 1200 rows, not 1800/,
        /table odoo\.res_partner has \d+ rows as it should, but not the same ones/,
        /view odoo\.open_move is missing/,
        /table odoo\.new_table should not be there/,
      ])
        assert.match(damaged, said);

      const versions = `dumped from PostgreSQL ${then}, and goes to a server of PostgreSQL ${now}: another minor version.`;
      assert.ok((await told(platform.ops("restore"))).includes(versions));
      const said = await platform.ops("restore", "--into", "live", "--only", "db", "--yes-really", "prod");
      assert.equal(said.exitCode, 0, said.text);
      assert.ok(said.text.includes(versions), said.text);
      assert.deepEqual(await backups.differences(backup), []);
      // New rows get new numbers, and people are served.
      await backups.query("INSERT INTO res_partner (name) VALUES ('somebody')");
      for (const address of [
        "erp.insightpulseai.net/web/health?db_server_status=1",
        "chat.insightpulseai.net/api/v4/system/ping",
        "n8n.insightpulseai.net/healthz",
      ])
        await told(platform.curl("--fail", `https://${address}`));
      // What is written there from now on can be restored as well.
      const next = await backups.night();
      assert.deepEqual([next.backup.result, next.proof.result], ["complete", "proven"]);
      assert.match(
        await told(platform.ops("restore")),
        new RegExp(`dumped from PostgreSQL ${now}, and goes to a server of the same version`),
      );
    });
  }
});
