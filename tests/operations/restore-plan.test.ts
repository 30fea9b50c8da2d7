import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { formatPlan, readPlan } from "../../operations/backup/plan.ts";

const plan = { snapshot: "abc", backup: "2026-11-25T02:00:00Z", age: "0 d 3 h 0 min", proven: true };
const lines = (more: object) => formatPlan(readPlan(JSON.stringify({ ...plan, ...more }))).split("\n");

suite("The plan of a restore", () => {
  for (const [backup, live, said] of [
    ["17.12", "17.12", "a server of the same version."],
    ["17.6", "17.12", "a server of PostgreSQL 17.12: another minor version."],
    ["17.12", "17.6", "a server of PostgreSQL 17.6: another minor version."],
    ["17.6", "18.6", "a server of PostgreSQL 18.6: ANOTHER MAJOR VERSION."],
  ] as const) {
    test(`a dump of PostgreSQL ${backup} onto ${live}: says so`, () => {
      const line = `Its database was dumped from PostgreSQL ${backup}, and goes to ${said}`;
      assert.equal(lines({ server: { backup, live } })[1], line);
    });
  }

  test("says nothing of servers where files alone are restored", () => {
    assert.ok(!lines({ files: { "/var/lib/odoo": 1 } }).some((line) => line.includes("PostgreSQL")));
  });
});
