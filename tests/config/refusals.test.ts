import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ConfigurationError } from "../../config/fault.ts";
import { loadConfiguration } from "../../config/load.ts";
import { readStackFile, setPath } from "../support/stack-file.ts";
import { dataRefusals } from "./refused/data.ts";
import { environmentRefusals } from "./refused/environment.ts";
import { hostsRefusals } from "./refused/hosts.ts";
import { namesRefusals } from "./refused/names.ts";
import { servicesRefusals } from "./refused/services.ts";

const refusals = [
  ...[...environmentRefusals, ...hostsRefusals, ...servicesRefusals],
  ...[...namesRefusals, ...dataRefusals],
];

function faultsOf(source: Parameters<typeof loadConfiguration>[0]) {
  try {
    loadConfiguration(source);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  return assert.fail("the configuration was accepted");
}

suite("each refused configuration names its path, what is allowed and what mends it", () => {
  for (const { name, stack = "prod", edits, path, says, allowed } of refusals) {
    test(name, () => {
      const source = readStackFile(stack);
      for (const [key, value] of Object.entries(edits)) setPath(source.values, key, value);
      const { faults } = faultsOf(source);
      assert.deepEqual(
        faults.map((fault) => fault.path),
        [path],
      );
      assert.match(faults[0]?.problem ?? "", says);
      if (allowed !== undefined) assert.match(faults[0]?.allowed ?? "", allowed);
      assert.match(faults[0]?.fix ?? "", new RegExp(`^pulumi config (set|rm) .*--stack ${stack}$`));
    });
  }
});

suite("faults are reported all at once", () => {
  test("shapes, rules and secrets in one message, each with its path", () => {
    const source = readStackFile("prod");
    setPath(source.values, "hosts.erp.sise", "x");
    setPath(source.values, "hosts.erp.size", "s-3vcpu-5gb");
    setPath(source.values, "dns.ttlSeconds", 5);
    setPath(source.values, "backup.region", "us-east-1");
    const error = faultsOf({ ...source, secretKeys: new Set() });
    const paths = error.faults.map(({ path }) => path);
    for (const path of ["hosts.erp.sise", "hosts.erp.size", "dns.ttlSeconds", "backup.region"]) {
      assert.ok(paths.includes(path), `${path} is not among ${paths.join(", ")}`);
      assert.ok(error.message.includes(path));
    }
    assert.ok(paths.includes("supabaseOwnerPassword") && paths.includes("slackWebhookUrl"));
    assert.match(error.message, /Nothing was changed/);
  });
});

suite("secrets", () => {
  test("all missing ones stand in one message, each with the command that asks for its value", () => {
    const error = faultsOf({ ...readStackFile("prod"), secretKeys: new Set(["slackWebhookUrl"]) });
    assert.ok(error.faults.length >= 6);
    for (const { path, fix } of error.faults) {
      assert.equal(fix, `pulumi config set --secret ${path} --stack prod`);
    }
  });

  test("a secret in plain text is refused without repeating it", () => {
    const source = readStackFile("prod");
    setPath(source.values, "supabaseOwnerPassword", "sample-that-must-not-appear");
    const secretKeys = new Set([...source.secretKeys].filter((name) => name !== "supabaseOwnerPassword"));
    const error = faultsOf({ ...source, secretKeys });
    assert.match(error.message, /supabaseOwnerPassword: is a secret, but stands in the file as plain text/);
    assert.doesNotMatch(error.message, /sample-that-must-not-appear/);
  });

  test("a secret nobody knows is refused by name", () => {
    const source = readStackFile("prod");
    const error = faultsOf({ ...source, secretKeys: new Set([...source.secretKeys, "supabasePassword"]) });
    assert.deepEqual(
      error.faults.map(({ path }) => path),
      ["supabasePassword"],
    );
  });

  test("staging needs neither the deprecated database's nor Slack's", () => {
    const { secretNames } = loadConfiguration(readStackFile("staging"));
    assert.ok(!secretNames.includes("slackWebhookUrl"));
    assert.ok(!secretNames.includes("supabaseSecondaryOwnerPassword"));
  });
});
