import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import { Failure } from "../../sandbox/engine/failure.ts";
import { hasKey, sandboxConfig, secretKeys, withSecretsOf } from "../../sandbox/engine/stack-config.ts";

const repository = `
# How production is set.
encryptionsalt: v1:production
secretsprovider: awskms://somewhere
config:
  demo:size: small
  demo:hosts:
    erp:
      region: sfo2
  demo:password:
    secure: v1:production-password
  demo:nested:
    list:
      - name: one
        token:
          secure: v1:production-token
`;

const previous = `
encryptionsalt: v1:sandbox
config:
  demo:size: large
  demo:gone: yes
  demo:password:
    secure: v1:sandbox-password
`;

test("the repository's secrets and their key are left out, its plain settings kept", () => {
  const made = parse(sandboxConfig({ repository, previous: undefined }));
  assert.deepEqual(made, { config: { "demo:size": "small", "demo:hosts": { erp: { region: "sfo2" } } } });
});

test("the sandbox's own key and secrets stay from run to run, while plain settings follow the repository", () => {
  const made = parse(sandboxConfig({ repository, previous }));
  assert.deepEqual(made, {
    encryptionsalt: "v1:sandbox",
    config: {
      "demo:size": "small",
      "demo:hosts": { erp: { region: "sfo2" } },
      "demo:password": { secure: "v1:sandbox-password" },
    },
  });
});

test("making it again changes nothing", () => {
  const once = sandboxConfig({ repository, previous });
  assert.equal(sandboxConfig({ repository, previous: once }), once);
});

test("an environment without settings is possible", () => {
  assert.deepEqual(parse(sandboxConfig({ repository: "", previous })), {
    encryptionsalt: "v1:sandbox",
    config: { "demo:password": { secure: "v1:sandbox-password" } },
  });
});

test("a sandbox's file that a killed run left half written does not count", () => {
  for (const half of [
    "config:\n  demo:password:\n    secure: [",
    "config:\n  demo:password:\n    secure: v1:sand",
  ]) {
    assert.doesNotMatch(sandboxConfig({ repository, previous: half }), /secure/);
  }
});

test("the keys with a secret value are known", () => {
  assert.deepEqual(secretKeys(previous), new Set(["demo:password"]));
  assert.deepEqual(secretKeys(""), new Set());
});

test("a settings file that is not YAML is a failure in words", () => {
  assert.throws(() => sandboxConfig({ repository: "config: [", previous: undefined }), Failure);
});

test("secrets of several copies come together in one file, when all have its key", () => {
  const text = "encryptionsalt: v1:sandbox\nconfig:\n  demo:size: small\n";
  const copy = (name: string, salt = "v1:sandbox") =>
    `encryptionsalt: ${salt}\nconfig:\n  demo:size: other\n  demo:${name}:\n    secure: v1:${name}\n`;
  assert.deepEqual(parse(withSecretsOf(text, [copy("one"), copy("two")])), {
    encryptionsalt: "v1:sandbox",
    config: { "demo:size": "small", "demo:one": { secure: "v1:one" }, "demo:two": { secure: "v1:two" } },
  });
  assert.throws(() => withSecretsOf(text, [copy("one"), copy("two", "v1:another")]), /different keys/);
  assert.deepEqual([hasKey(text), hasKey("config: {}")], [true, false]);
});
