import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { explanations } from "../../../sandbox/comparison/explained.ts";
import { withKnownDifferences } from "../../../sandbox/comparison/known-differences.ts";

const readme = new URL("../../../sandbox/providers/README.md", import.meta.url);

test("the README lists every explained difference and no other (else: ./scripts/write-references)", () => {
  const text = readFileSync(readme, "utf8");
  assert.equal(withKnownDifferences(text, explanations), text);
});

test("a document without a place for the list is refused", () => {
  assert.throws(() => withKnownDifferences("# Nothing\n", explanations), /must hold/);
});
