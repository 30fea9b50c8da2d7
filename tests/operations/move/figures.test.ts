import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { suite, test } from "node:test";
import { moveReferences } from "../../moves/figures.ts";

const root = resolve(import.meta.dirname, "../../..");

suite("what the documentation says of moves is what docs/moves.json says (else: ./scripts/write-references)", () => {
  for (const [path, content] of Object.entries(moveReferences())) {
    test(path, () => assert.equal(readFileSync(join(root, path), "utf8"), content));
  }
});
