import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { settingsChanged } from "../../sandbox/engine/kept-settings.ts";
import { sandboxConfig } from "../../sandbox/engine/stack-config.ts";

const before = `
encryptionsalt: v1:salt
config:
  demo:adopt:
    hosts: { erp: "1", ocr: "2" }
    apps: { mcp: x }
  demo:protect: true
  demo:secrets:
    maximalAgeDays: 90
  demo:password:
    secure: v1:one
`;
const after = `
encryptionsalt: v1:salt
config:
  demo:adopt:
    hosts: { ocr: "2" }
    apps: { mcp: x }
  demo:protect: "true"
  demo:secrets:
    maximalAgeDays: 90
    rotations: { deploy-key: 1 }
  demo:password:
    secure: v1:two
`;

test("edits are the smallest ones; secrets are none, nor is a truth value that the engine has written as text", () => {
  assert.deepEqual(settingsChanged(before, after), [
    { path: ["demo:adopt", "hosts", "erp"] },
    { path: ["demo:secrets", "rotations"], value: { "deploy-key": 1 } },
  ]);
  assert.deepEqual(settingsChanged(before, before), []);
});

test("kept edits are made in every file that the sandbox writes from the repository's, which they may no longer fit", () => {
  const kept = [...settingsChanged(before, after), { path: ["demo:gone", "deep"] }];
  const { config } = parse(sandboxConfig({ repository: before, previous: after, kept }));
  assert.deepEqual(config["demo:adopt"], { hosts: { ocr: "2" }, apps: { mcp: "x" } });
  assert.deepEqual(config["demo:secrets"], { maximalAgeDays: 90, rotations: { "deploy-key": 1 } });
  assert.deepEqual(config["demo:password"], { secure: "v1:two" });
});
