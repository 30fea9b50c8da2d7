import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { askAs } from "../../operations/database/access.ts";
import {
  type IndexPlan,
  inventoryIndexes,
  makeIndexes,
  planIndexes,
} from "../../operations/database/indexes.ts";
import { databaseReport } from "../../operations/database/report.ts";
import { skip } from "../machines/support.ts";
import { waitFor } from "../support/wait-for.ts";
import { TwoProjects } from "./two-projects.ts";

const schema = "odoo";

describe("the database, looked after", { skip }, () => {
  const projects = new TwoProjects();
  const ask = async (role: string) => askAs(projects.access, await projects.access.login(role));
  before(() => projects.start());
  after(() => projects.stop());

  const plan = async () => planIndexes(await ask("odoo"), schema, inventoryIndexes);
  const make = async (plans: readonly IndexPlan[]) => makeIndexes(await ask("odoo"), schema, plans, () => {});
  const summary = (plans: readonly IndexPlan[]) =>
    Object.fromEntries(plans.map(({ index, do: what, because }) => [index.name, `${what}: ${because}`]));

  test("an empty database needs no index, and is told table by table why", async () => {
    assert.deepEqual(summary(await plan()), {
      idx_res_users_oauth_uid: "nothing: there is no table res_users",
      idx_ir_session_sid: "nothing: there is no table ir_session",
      idx_account_move_company_id: "nothing: there is no table account_move",
    });
  });

  test("indexes are made where tables and columns exist, and the second time nothing is", async () => {
    const odoo = await projects.access.login("odoo");
    await projects.sql(
      odoo,
      `CREATE TABLE res_users (id serial PRIMARY KEY, login text);
       CREATE TABLE account_move (id serial PRIMARY KEY, company_id int);
       CREATE INDEX account_move_own ON account_move (company_id, id);`,
    );
    const plans = await plan();
    assert.deepEqual(summary(plans), {
      idx_res_users_oauth_uid: "nothing: res_users has no column oauth_uid",
      idx_ir_session_sid: "nothing: there is no table ir_session",
      idx_account_move_company_id:
        "create: account_move.company_id has no index idx_account_move_company_id; account_move_own already begins with it",
    });
    await make(plans);
    assert.equal(summary(await plan()).idx_account_move_company_id, "nothing: it is there");
  });

  test("what a broken run has left cannot be used, is found, and is made anew", async () => {
    const odoo = await projects.access.login("odoo");
    await projects.sql(
      odoo,
      `ALTER TABLE res_users ADD COLUMN oauth_uid text;
       INSERT INTO res_users (oauth_uid) SELECT i FROM generate_series(1, 20000) i;`,
    );
    // Somebody is in the middle of a change for longer than the run lasts.
    const busy =
      "SELECT pid FROM pg_stat_activity WHERE query LIKE '%/* busy */%' AND pid <> pg_backend_pid()";
    const change = "BEGIN; UPDATE res_users SET login = 'x' WHERE id = 1; SELECT pg_sleep(600) /* busy */;";
    const blocker = projects.sql(odoo, change);
    await waitFor(async () => (await projects.sql(odoo, busy)) !== "", "the change");
    const invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";
    const broken = assert.rejects(
      projects.sql(
        odoo,
        "CREATE INDEX CONCURRENTLY idx_res_users_oauth_uid ON res_users (oauth_uid) /* broken */;",
      ),
      /canceling statement due to user request/,
    );
    // It is written down, and now waits for whoever is busy.
    await waitFor(async () => (await projects.sql(odoo, invalid)) === "1", "the index");
    const making =
      "SELECT pid FROM pg_stat_activity WHERE query LIKE '%/* broken */%' AND pid <> pg_backend_pid()";
    await projects.sql(odoo, `SELECT pg_cancel_backend(pid) FROM (${making}) AS those`);
    await broken;
    await projects.sql(odoo, `SELECT pg_terminate_backend(pid) FROM (${busy}) AS those`);
    await assert.rejects(blocker);
    assert.equal(await projects.sql(odoo, invalid), "1", "the index was left invalid");
    const plans = await plan();
    assert.match(summary(plans).idx_res_users_oauth_uid ?? "", /^make anew: /);
    await make(plans);
    assert.equal(await projects.sql(odoo, invalid), "0");
    assert.equal(summary(await plan()).idx_res_users_oauth_uid, "nothing: it is there");
  });

  test("an index of that name on something else is left alone, and named", async () => {
    const odoo = await projects.access.login("odoo");
    await projects.sql(
      odoo,
      "CREATE TABLE ir_session (id int, sid text); CREATE INDEX idx_ir_session_sid ON ir_session (id);",
    );
    assert.equal(
      summary(await plan()).idx_ir_session_sid,
      "nothing: idx_ir_session_sid is the name of another index, on ir_session(id)",
    );
  });

  test("the report: connections by login, slow queries by name, sizes, and the way to the limit", async () => {
    const odoo = await projects.access.login("odoo");
    await projects.sql(odoo, "SELECT pg_sleep(1.1) /* a slow report */");
    const limits = { slowerThanMs: 1000, pooledConnections: 15 };
    const report = await databaseReport(await ask("migration"), limits);
    assert.equal(Math.floor(report.version / 10_000), 17);
    assert.ok(report.connections.some(({ user, idle }) => user === "odoo_a" && idle >= 1));
    assert.ok(report.slowQueries?.some(({ user, query }) => user === "odoo_a" && query.includes("pg_sleep")));
    assert.ok(report.slowQueries?.every(({ query }) => !/password/i.test(query)));
    const [largest] = report.tables;
    assert.deepEqual([largest?.schema, largest?.table], ["odoo", "res_users"]);
    assert.equal(report.forecast.daysLeft, null);
    const yesterday = new Date(Date.parse(report.asOf) - 86_400_000).toISOString();
    // So much that what the server itself writes meanwhile does not count.
    const grown = { asOf: yesterday, databaseBytes: report.databaseBytes - 4 * 1024 * 1024 };
    const { forecast } = await databaseReport(await ask("migration"), limits, grown);
    assert.ok(
      forecast.daysLeft !== null && forecast.daysLeft > 100 && forecast.daysLeft < 125,
      String(forecast.daysLeft),
    );
  });

  test("the report's role sees no data", async () => {
    const migration = await projects.access.login("migration");
    await assert.rejects(projects.sql(migration, "SELECT * FROM odoo.res_users"), /permission denied/);
  });
});
