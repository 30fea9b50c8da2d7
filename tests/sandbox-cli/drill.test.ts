import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { drills } from "../../sandbox/drills/list.ts";
import { TestSandbox } from "../support/sandbox.ts";

const folder = mkdtempSync(join(tmpdir(), "drill-command-"));
const sandbox = new TestSandbox(folder);
after(() => rmSync(folder, { recursive: true }));

test("says which drills there are, each with its limit", async () => {
  const { stdout } = await sandbox.run("drill", "--list", "--json");
  assert.deepEqual(
    JSON.parse(stdout).map(({ name, limitMinutes }: (typeof drills)[number]) => [name, limitMinutes]),
    drills.map(({ name, limitMinutes }) => [name, limitMinutes]),
  );
});

test("refuses what is no drill, nothing at all, and a sandbox without machines, and changes nothing", async () => {
  const refusals = [
    [["earthquake"], /there is no drill "earthquake": there are db-corruption, /],
    [[], /no drill is named/],
    [["db-corruption"], /prod is not up with machines, so there is nothing to break/],
  ] as const;
  for (const [words, reason] of refusals) {
    const { exitCode, printed } = await sandbox.tryRun("drill", ...words);
    assert.equal(exitCode, 1, printed);
    assert.match(printed, reason);
  }
  assert.deepEqual(readdirSync(folder), []);
});
