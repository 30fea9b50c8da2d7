import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { cutOff, forgetCutOff, reachable } from "../../sandbox/internet/names/cut-off.ts";
import type { NameRecord } from "../../sandbox/internet/names/records.ts";

const folder = mkdtempSync(join(tmpdir(), "cut-off-test-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const record = (name: string): NameRecord => ({ name, ttl: 60, type: "A", address: "198.19.0.1" });
const names = ["github.com", "api.github.com", "notgithub.com", "ghcr.io"];
const found = () => reachable(names.map(record), folder).map(({ name }) => name);

suite("a world that is cut off", () => {
  test("is whole as long as nothing was", () => assert.deepEqual(found(), names));

  test("lacks a domain and every name below it, and nothing else, until it is brought back", () => {
    cutOff(folder, ["github.com"]);
    assert.deepEqual(found(), ["notgithub.com", "ghcr.io"]);
    forgetCutOff(folder);
    forgetCutOff(folder);
    assert.deepEqual(found(), names);
  });
});
