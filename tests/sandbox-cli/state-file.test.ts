import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  hasUnfinishedOperations,
  keepGoodCopy,
  restoreDamagedState,
  stackFile,
} from "../../sandbox/engine/state-file.ts";
import { demoSandbox } from "./support/demo.ts";
import { temporaryFolder, writeFile } from "./support/temporary.ts";

function checkpoint(time: string, resources: number, pending: unknown[] = []): string {
  const latest = { manifest: { time }, resources: Array(resources).fill({}), pending_operations: pending };
  return JSON.stringify({ version: 3, checkpoint: { stack: "prod", latest } });
}

function setUp(context: TestContext, state: string) {
  const sandbox = demoSandbox(temporaryFolder(context));
  const file = writeFile(stackFile(sandbox, "prod"), state);
  const copy = (path: string, text: string) => writeFile(join(sandbox.state.backend, ".pulumi", path), text);
  return { sandbox, file, copy };
}

test("a state that can be read is left alone, even where it is no state", (context) => {
  for (const text of ["{}", checkpoint("2026-11-24T12:00:00Z", 1)]) {
    const { sandbox, file } = setUp(context, text);
    assert.equal(restoreDamagedState(sandbox, "prod"), undefined);
    assert.equal(readFileSync(file, "utf8"), text);
  }
});

test("of the copies that can be read the one whose state is newest is taken, whatever its file's date", (context) => {
  const { sandbox, file, copy } = setUp(context, '{"version":3,');
  const newest = checkpoint("2026-11-24T12:00:00Z", 7);
  copy("history/demo/prod/prod-2.checkpoint.json", newest);
  copy("history/demo/prod/prod-2.history.json", JSON.stringify({ kind: "update" }));
  copy("backups/demo/prod/prod.3.json", "");
  copy("stacks/demo/prod.json.bak", checkpoint("2026-11-24T11:59:00Z", 6));
  const told = restoreDamagedState(sandbox, "prod") ?? "";
  assert.equal(readFileSync(file, "utf8"), newest);
  assert.match(told, /restored from .*prod-2\.checkpoint\.json, saved \d+ .* ago, with 7 resources: /);
  assert.equal(readFileSync(`${file}.damaged`, "utf8"), '{"version":3,');
});

test("without a copy it fails with what is left to do, and touches nothing", (context) => {
  const { sandbox, file, copy } = setUp(context, "");
  copy("stacks/demo/prod.json.bak", "\u0000");
  assert.throws(() => restoreDamagedState(sandbox, "prod"), {
    message: /state of prod is damaged, and there is no good copy of it/,
    remedy: /start anew: \.\/scripts\/sandbox down/,
  });
  assert.equal(readFileSync(file, "utf8"), "");
  assert.equal(existsSync(`${file}.damaged`), false);
});

test("the sandbox's own copy, made before an operation, is the last resort", (context) => {
  const before = checkpoint("2026-11-24T12:00:00Z", 2);
  const { sandbox, file } = setUp(context, before);
  keepGoodCopy(sandbox, "prod");
  writeFile(file, "");
  writeFile(`${file}.bak`, '{"version":3');
  // A state that cannot be read is no good copy.
  keepGoodCopy(sandbox, "prod");
  assert.match(restoreDamagedState(sandbox, "prod") ?? "", /with 2 resources/);
  assert.equal(readFileSync(file, "utf8"), before);
});

test("operations that a run did not finish are seen without asking the engine", (context) => {
  const time = "2026-11-24T12:00:00Z";
  assert.equal(hasUnfinishedOperations(setUp(context, checkpoint(time, 1)).sandbox, "prod"), false);
  const unfinished = checkpoint(time, 1, [{ type: "creating" }]);
  assert.equal(hasUnfinishedOperations(setUp(context, unfinished).sandbox, "prod"), true);
});
