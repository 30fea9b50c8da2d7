import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { withLock } from "../../sandbox/engine/lock.ts";
import { identify } from "../../sandbox/engine/processes.ts";
import { temporaryFolder } from "./support/temporary.ts";

test("a second run is refused while the first is at work, and told which process that is", async (context) => {
  const path = join(temporaryFolder(context), "lock.json");
  await withLock(path, { purpose: "first" }, async () => {
    await assert.rejects(
      withLock(path, { purpose: "second" }, async () => {}),
      { message: new RegExp(`process ${process.pid}, first, begun \\d+ seconds? ago`) },
    );
  });
  assert.equal(existsSync(path), false);
});

test("a run that may wait gets its turn, and says that it waits", async (context) => {
  const path = join(temporaryFolder(context), "lock.json");
  const order: string[] = [];
  let second: Promise<void> | undefined;
  await withLock(path, { purpose: "first" }, async () => {
    const waiting = new Promise<void>((resolve) => {
      second = withLock(path, { purpose: "second", waitMs: 10_000, onWait: () => resolve() }, async () => {
        order.push("second");
      });
    });
    await waiting;
    order.push("first");
  });
  await second;
  assert.deepEqual(order, ["first", "second"]);
});

for (const [what, text] of [
  [
    "of a process that has ended",
    JSON.stringify({ pid: 2 ** 22 - 1, startedAt: "long ago", purpose: "killed", since: new Date() }),
  ],
  [
    "whose number went to another process",
    JSON.stringify({
      pid: process.pid,
      startedAt: "before this process",
      purpose: "killed",
      since: new Date(),
    }),
  ],
  ["that is damaged", '{"pid":'],
] as const) {
  test(`a lock ${what} does not count`, async (context) => {
    const path = join(temporaryFolder(context), "lock.json");
    writeFileSync(path, text);
    assert.equal(await withLock(path, { purpose: "next" }, async () => "got it"), "got it");
  });
}

test("the lock is released when the work fails", async (context) => {
  const path = join(temporaryFolder(context), "lock.json");
  await assert.rejects(
    withLock(path, { purpose: "failing" }, async () => {
      throw new Error("failed");
    }),
  );
  assert.equal(existsSync(path), false);
  assert.ok(identify(process.pid));
});
