import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { drills } from "../../sandbox/drills/list.ts";
import { blocksOf } from "../../sandbox/drills/runbook.ts";
import { drillReferences } from "../../sandbox/drills/write.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "docs/runbooks");
const pages = readdirSync(folder).map((name) => ({
  name,
  blocks: blocksOf(readFileSync(join(folder, name), "utf8")),
}));
const shortestReason = 10;

suite("every block of commands in docs/runbooks", () => {
  for (const { name, blocks } of pages) {
    test(`${name}: belongs to a drill that follows this page, names a test that is there, or says why nothing runs it`, () => {
      for (const { line, drills: named, tests, notRun } of blocks) {
        const where = `docs/runbooks/${name}:${line}`;
        const said = [named.length > 0, tests.length > 0, notRun !== undefined].filter(Boolean);
        assert.ok(
          said.length > 0,
          `${where}: nobody executes it; say drill=, test= or not-run="why" behind sh`,
        );
        for (const drill of named)
          assert.ok(
            drills.some((one) => one.name === drill && one.pages.includes(name)),
            `${where}: no drill ${drill} follows this page`,
          );
        for (const file of tests) assert.ok(existsSync(join(root, file)), `${where}: there is no ${file}`);
        if (notRun !== undefined)
          assert.ok(notRun.length >= shortestReason, `${where}: "${notRun}" is no reason`);
      }
    });
  }
});

suite("every drill", () => {
  test("has a name of its own", () => {
    assert.equal(new Set(drills.map(({ name }) => name)).size, drills.length);
  });

  for (const { name, pages: followed, allowance, limitMinutes } of drills) {
    test(`${name}: has commands on every page it follows, and an allowance that leaves time`, () => {
      for (const page of followed) {
        const blocks = pages.find((one) => one.name === page)?.blocks ?? [];
        assert.ok(
          blocks.some(({ drills: named }) => named.includes(name)),
          `${page} has no block of ${name}`,
        );
      }
      assert.ok(allowance.minutes >= 0 && allowance.minutes < limitMinutes);
    });
  }
});

suite("what the documentation says of drills is what docs/drills.json says (else: ./scripts/write-references)", () => {
  for (const [path, content] of Object.entries(drillReferences(root))) {
    test(path, () => assert.equal(readFileSync(join(root, path), "utf8"), content));
  }
});
