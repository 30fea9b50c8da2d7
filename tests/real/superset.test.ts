import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { noInternetBecause } from "../internet/support/small-internet.ts";
import { RealSuperset } from "./real-superset.ts";
import { SupersetVisitor } from "./superset-visitor.ts";

const allowed = "allowed@insightpulseai.com";
const outside = "outside@example.org";
const unverified = "unverified@insightpulseai.com";

/** Superset's Python package with the settings of images/superset, and not the container image that is built of them. */
describe("the real Superset, from PyPI", { skip: noInternetBecause, timeout: 45 * 60_000 }, () => {
  const superset = new RealSuperset();
  before(() =>
    superset.open([
      { email: allowed, name: "May sign in", verified: true },
      { email: unverified, name: "Address not verified", verified: false },
      { email: outside, name: "On no list", verified: true },
    ]),
  );
  after(() => superset.close());

  test("the job before a deployment fails when the database lets nobody in, and says no password", async () => {
    const name = "SQLALCHEMY_DATABASE_URI";
    const { username, password, href } = new URL(superset.variable(name));
    const wrong = href.replace(`${username}:${password}@`, `${username}:not-${password}@`);
    const { exitCode, printed } = await superset.prepare({ [name]: wrong });
    assert.notEqual(exitCode, 0);
    assert.match(printed, /password authentication failed|SASL authentication failed/);
    assert.ok(!printed.includes(password), printed);
    assert.equal(
      await superset.ask("select count(*) from information_schema.tables where table_schema = 'superset'"),
      "0",
    );
  });

  test("the job before a deployment makes its metadata, in the schema of its own role alone", async (context) => {
    const began = Date.now();
    const { exitCode, printed } = await superset.prepare();
    assert.equal(exitCode, 0, printed);
    const tables = async (schema: string) =>
      Number(
        await superset.ask(`select count(*) from information_schema.tables where table_schema = '${schema}'`),
      );
    const [own, others] = [await tables("superset"), await tables("public")];
    context.diagnostic(`${own} tables after ${((Date.now() - began) / 1000).toFixed(0)} s`);
    assert.ok(own > 40, `${own} tables`);
    assert.equal(others, 0);
  });

  const versions = () => superset.ask("select version_num from superset.alembic_version");
  const setVersion = (version: string) =>
    superset.ask(`update superset.alembic_version set version_num = '${version}'`);

  test("the same job refuses metadata of a newer Superset, and leaves them as they are", async () => {
    const before = await versions();
    const newer = "f".repeat(12);
    await setVersion(newer);
    const { exitCode, printed } = await superset.prepare();
    assert.notEqual(exitCode, 0);
    assert.match(printed, new RegExp(`Can't locate revision identified by '${newer}'`));
    assert.equal(await versions(), newer);
    await setVersion(before);
  });

  test("the same job once more changes nothing", async () => {
    const before = await versions();
    const { exitCode, printed } = await superset.prepare();
    assert.equal(exitCode, 0, printed);
    assert.equal(await versions(), before);
  });

  test("it starts and says that it is well, in the words of the catalogue", async (context) => {
    const began = Date.now();
    await superset.start();
    context.diagnostic(`well after ${((Date.now() - began) / 1000).toFixed(0)} s`);
  });

  test("whoever is allowed signs in with Google, and is an account that sees nothing that nobody has shared", async () => {
    const person = new SupersetVisitor(superset);
    assert.equal((await person.ask("/api/v1/me/")).status, 401);
    const { status, location } = await person.signIn(allowed);
    assert.deepEqual([status, location], [302, `https://${superset.host}/`]);
    const { result } = await person.api("me/");
    assert.deepEqual([result.username, result.email, result.is_anonymous], [allowed, allowed, false]);
    assert.deepEqual(Object.keys((await person.api("me/roles/")).result.roles), ["Gamma"]);
    assert.match((await person.ask("/superset/welcome/")).body, /<title>\s*Superset/);
    assert.equal((await person.api("dashboard/")).count, 0);
  });

  test("a user of another domain, and one whose address Google has not verified, are refused", async () => {
    for (const account of [outside, unverified]) {
      const person = new SupersetVisitor(superset);
      const { status, location } = await person.signIn(account);
      assert.deepEqual([status, location], [302, `https://${superset.host}/login/`]);
      assert.equal((await person.ask("/api/v1/me/")).status, 401);
    }
    assert.equal(await superset.ask("select string_agg(username, ',') from superset.ab_user"), allowed);
  });
});
