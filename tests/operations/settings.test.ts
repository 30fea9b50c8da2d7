import assert from "node:assert/strict";
import { test } from "node:test";
import { plainSettings } from "../../operations/environments.ts";

test("plain settings lose the project's prefix; secrets, encrypted or not, and other projects' keys are left out", () => {
  const text = `
encryptionsalt: v1:sample
config:
  insightpulse:domain: example.test
  insightpulse:supabaseOwnerPassword: { secure: v1:sample }
  insightpulse:slackWebhookUrl: written-down-by-mistake
  insightpulse:hosts: { erp: { name: { secure: v1:sample } } }
  digitalocean:token: sample
`;
  assert.deepEqual(plainSettings(text, "Pulumi.demo.yaml"), { domain: "example.test" });
});

test("what the engine has written as text is what the program reads it as", () => {
  const text = `config: { insightpulse:convergeHosts: "false", insightpulse:environment: prod }`;
  assert.deepEqual(plainSettings(text, "Pulumi.demo.yaml"), { convergeHosts: false, environment: "prod" });
});

test("a file without settings, and one that is no YAML, is refused by its name", () => {
  for (const text of ["", "config: 3\n", "config: [\n"]) {
    assert.throws(() => plainSettings(text, "Pulumi.demo.yaml of main"), {
      name: "Failure",
      message: /^Pulumi\.demo\.yaml of main /,
    });
  }
});
