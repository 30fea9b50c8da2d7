import assert from "node:assert/strict";
import { test } from "node:test";
import { isAtLeast, modules, pinnedVersion } from "../../sandbox/engine/versions.ts";

test("versions compare by number, not by letter", () => {
  assert.equal(isAtLeast("3.220.0", "3.220.0"), true);
  assert.equal(isAtLeast("v3.1000.0", "3.220.0"), true);
  assert.equal(isAtLeast("4.0.0", "3.220.9"), true);
  assert.equal(isAtLeast("3.99.0", "3.220.0"), false);
  assert.equal(isAtLeast("2.999.0", "3.220.0"), false);
});

test("an unreadable version is never new enough", () => {
  assert.equal(isAtLeast("", "3.220.0"), false);
  assert.equal(isAtLeast("dev", "3.220.0"), false);
});

test("each Go module pins the version it exists to build", () => {
  for (const module of Object.values(modules)) assert.match(pinnedVersion(module), /^3\.\d+\.\d+$/);
});
