import assert from "node:assert/strict";
import { test } from "node:test";
import { stillAtWork } from "../../sandbox/cli/stages.ts";

test("a stage that goes on says what it is at, in one plain line, and nothing where it has said nothing", () => {
  assert.equal(stillAtWork("Internet", "", "20 s"), "still  Internet (20 s)");
  assert.equal(
    stillAtWork("Runbook state.md", " ~  command:remote:Command host-erp  updating", "40 s"),
    "still  Runbook state.md: ~ command:remote:Command host-erp updating (40 s)",
  );
});
