import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { configurationReference } from "../../config/reference.ts";

test("docs/configuration.md is what the schema says today (else: ./scripts/write-configuration-reference)", () => {
  const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");
  assert.equal(page, configurationReference());
});

test("every key of the reference says what it means", () => {
  assert.doesNotMatch(configurationReference(), /\| {2}\|$/m);
});
