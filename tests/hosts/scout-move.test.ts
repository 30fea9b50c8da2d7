import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ScoutMove } from "../../operations/scout/move.ts";
import { skip } from "../machines/support.ts";
import { TwoProjects } from "./two-projects.ts";

const scouts = `
  CREATE SCHEMA scout;
  CREATE TABLE scout.stores (id serial PRIMARY KEY, name text NOT NULL UNIQUE, opened date);
  CREATE TABLE public.scout_transactions (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, store_id int REFERENCES scout.stores,
    amount numeric(12, 2) CHECK (amount >= 0), at timestamptz DEFAULT now(), note text, tags text[], extra jsonb, raw bytea
  );
  CREATE INDEX ON public.scout_transactions (store_id);
  CREATE TABLE public."scout_Odd Name" ("a|b" text);
  INSERT INTO scout.stores (name, opened) SELECT 'store ' || i, '2020-01-01'::date + i FROM generate_series(1, 50) i;
  INSERT INTO public.scout_transactions (store_id, amount, note, tags, extra, raw)
    SELECT 1 + i % 50, i / 7.0, repeat('ä', i % 50) || E'\\n|', ARRAY['a', NULL], jsonb_build_object('i', i), '\\x00ff'
    FROM generate_series(1, 20000) i;
  INSERT INTO public."scout_Odd Name" VALUES ('x|y'), (NULL);
  CREATE TABLE public.spendflow_budgets (id int);`;

describe("Scout's tables, moved into the primary project", { skip }, () => {
  const projects = new TwoProjects();
  const said: string[] = [];
  const move = () => new ScoutMove(projects.access, (text) => said.push(text));
  const there = (sql: string) => projects.sql(projects.access.secondaryOwner(), sql);
  const here = (sql: string) => projects.sql(projects.access.owner, sql);
  const kept = () => join(projects.folder, "home/.local/state/insightpulse/scout");
  before(() => projects.start());
  after(() => projects.stop());

  const nothingHere = async () =>
    assert.equal(await here("SELECT count(*) FROM pg_class WHERE relname ~ '^(scout_|stores)'"), "0");

  test("a project without any is refused", async () => {
    await assert.rejects(move().plan(), /no table of Scout/);
  });

  test("types and references that would stay behind are named before anything is done", async () => {
    await there(`CREATE TYPE public.mood AS ENUM ('sad'); CREATE TABLE public.elsewhere (id int PRIMARY KEY);
      CREATE TABLE public.scout_bad (m public.mood[], e int REFERENCES public.elsewhere);`);
    await assert.rejects(move().plan(), (error: Error) => {
      assert.match(error.message, /scout_bad\.m has mood, a type of its own/);
      assert.match(error.message, /scout_bad refers to elsewhere/);
      return true;
    });
    await there("DROP TABLE public.scout_bad, public.elsewhere; DROP TYPE public.mood;");
  });

  test("the plan says what goes where, whose it will be, and what stays", async () => {
    await there(scouts);
    const { source, action, owner } = await move().plan();
    assert.deepEqual([action, owner], ["move", "migration"]);
    assert.deepEqual(source.tables.map(({ schema, name }) => `${schema}.${name}`).sort(), [
      "public.scout_Odd Name",
      "public.scout_transactions",
      "scout.stores",
    ]);
    assert.deepEqual(source.leftBehind, ["public.spendflow_budgets"]);
    await nothingHere();
  });

  test("what cannot be loaded leaves nothing, and the next run goes on with the dump it has", async () => {
    // Somebody has made the same table in the public schema meanwhile.
    await here("CREATE TABLE public.scout_transactions (id int);");
    await assert.rejects(move().run(await move().plan()), /relation "scout_transactions" already exists/);
    await here("DROP TABLE public.scout_transactions;");
    await nothingHere();
    assert.deepEqual(readdirSync(kept()).sort(), ["complete", "dump", "manifest"]);
    said.length = 0;
    const moved = await move().run(await move().plan());
    assert.match(said[0] ?? "", /^goes on with the dump of 20/);
    assert.deepEqual(moved.since, []);
    assert.equal(moved.rows.get("scout_transactions"), 20_000);
    assert.equal(existsSync(kept()), false, "no dump is left on the host");
  });

  test("rows, keys, sequences and owners are there; the deprecated project is as it was", async () => {
    assert.equal(
      await here("SELECT count(*) FROM scout.scout_transactions JOIN scout.stores s ON s.id = store_id"),
      "20000",
    );
    assert.equal(await here("SELECT nextval('scout.stores_id_seq')"), "51");
    assert.equal(
      await here("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'scout'"),
      "migration",
    );
    assert.equal(
      await here(
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'public' AND relname ~ '^scout'",
      ),
      "0",
    );
    assert.equal(await there("SELECT count(*) FROM public.scout_transactions"), "20000");
    await here("SELECT setval('scout.stores_id_seq', 50)");
  });

  test("again: nothing is overwritten, only compared, down to one value", async () => {
    const again = await move().plan();
    assert.equal(again.action, "compare");
    assert.deepEqual((await move().run(again)).since, []);
    await there("UPDATE public.scout_transactions SET note = note || '!' WHERE id = 7");
    const { since } = await move().run(again);
    assert.deepEqual(
      since.map(({ name }) => name),
      ["scout_transactions"],
    );
    assert.equal(await here("SELECT count(*) FROM scout.scout_transactions WHERE note LIKE '%!'"), "0");
  });

  test("tables that are only partly there are nobody's to overwrite", async () => {
    await here('DROP TABLE scout."scout_Odd Name"');
    await assert.rejects(move().plan(), /already has scout_transactions, stores, and not scout_Odd Name/);
  });

  test("a dump that lost rows on its way is not called moved", async () => {
    await here("DROP SCHEMA scout CASCADE");
    await here(
      "CREATE TABLE public.stores_blocker (id int); CREATE TABLE public.scout_transactions (id int)",
    );
    await assert.rejects(move().run(await move().plan()), /already exists/);
    await here("DROP TABLE public.stores_blocker, public.scout_transactions");
    const manifest = join(kept(), "manifest");
    writeFileSync(
      manifest,
      readFileSync(manifest, "utf8").replace("scout_transactions|20000", "scout_transactions|20001"),
    );
    await assert.rejects(
      move().run(await move().plan()),
      /does not hold what was dumped:\n {2}scout_transactions: 20001/,
    );
  });
});
