import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { configurationReference } from "../../config/reference.ts";
import { references } from "../support/references.ts";

suite("what in docs/ is made from the configuration is up to date (else: ./scripts/write-references)", () => {
  for (const [file, content] of Object.entries(references())) {
    test(file, () => {
      assert.equal(readFileSync(new URL(`../../docs/${file}`, import.meta.url), "utf8"), content);
    });
  }
});

test("every key of the reference says what it means", () => {
  assert.doesNotMatch(configurationReference(), /\| {2}\|$/m);
});
