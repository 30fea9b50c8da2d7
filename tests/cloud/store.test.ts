import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { Store } from "../../sandbox/cloud/core/store.ts";

const folder = mkdtempSync(join(tmpdir(), "store-"));
after(() => rmSync(folder, { recursive: true }));

test("records come back in the order in which they were added", () => {
  const file = join(folder, "order.json");
  const first = new Store(file);
  const before = first.collection<{ id: number }>("droplets", ({ id }) => id);
  for (const id of [527891549, 600000001, 525178434]) before.put({ id });
  first.save();
  const after = new Store(file).collection<{ id: number }>("droplets", ({ id }) => id);
  assert.deepEqual(after.all(), before.all());
});

suite("the numbers a store hands out", () => {
  test("pass over those that seeded records have", () => {
    const store = new Store(join(folder, "seeded.json"));
    const keys = store.collection<{ id: number }>("ssh_keys", ({ id }) => id);
    keys.put({ id: 40_000_001 });
    keys.put({ id: 40_000_002 });
    assert.equal(store.nextNumber("ssh_keys", 40_000_001), 40_000_003);
    assert.equal(store.nextNumber("ssh_keys", 40_000_001), 40_000_004);
  });

  test("are never handed out twice, not even after what had them is gone", () => {
    const store = new Store(join(folder, "gone.json"));
    const droplets = store.collection<{ id: number }>("droplets", ({ id }) => id);
    const id = store.nextNumber("droplets", 1);
    droplets.put({ id });
    droplets.delete(id);
    assert.notEqual(store.nextNumber("droplets", 1), id);
  });
});
