import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { secretNames } from "../../config/secrets.ts";
import { describeStack } from "../../sandbox/engine/describe.ts";
import { statePaths } from "../../sandbox/engine/paths.ts";
import { requireEnvironment } from "../../sandbox/engine/sandbox.ts";
import { nameServers } from "../../sandbox/machines/addresses.ts";
import { loadProject } from "../../sandbox/project.ts";

const project = loadProject();

test("both environments are found by their settings files, and another is refused with the names there are", () => {
  assert.deepEqual(project.environments, ["prod", "staging"]);
  for (const environment of project.environments) assert.ok(existsSync(project.settingsFile(environment)));
  assert.throws(() => requireEnvironment(project, "qa"), {
    message: 'there is no environment "qa": there are prod, staging',
  });
});

test("every secret of the program gets a value that can be searched for", () => {
  const secrets = project.secretsFor("prod");
  assert.deepEqual(new Set(secrets.map(({ name }) => name)), secretNames);
  for (const { makeValue } of secrets) {
    assert.match(makeValue(), /sandbox-[0-9a-f]{24}/);
    assert.notEqual(makeValue(), makeValue());
  }
});

test("where droplets are records no command is run on them, so its provider need not be had", () => {
  for (const environment of project.environments) {
    assert.deepEqual(project.providersUsedIn?.(environment), ["digitalocean", "random", "tls"]);
  }
});

test("commands of the program's own ask the sandbox's resolvers, and remember hosts' keys in its folder", () => {
  const { OPS_RESOLVERS, OPS_KNOWN_HOSTS } = project.operatorVariables(statePaths("/state"));
  assert.equal(OPS_RESOLVERS, nameServers.join(" "));
  assert.equal(OPS_KNOWN_HOSTS, "/state/operator-known-hosts");
});

test("each provider is asked for in the version of its installed package", () => {
  assert.deepEqual(
    project.plugins.map(({ name }) => name),
    ["digitalocean", "cloudflare", "random", "tls", "command"],
  );
  for (const { version } of project.plugins) assert.match(version, /^\d+\.\d+\.\d+$/);
});

test("a stack is described by its outputs and the number of its resources by type", () => {
  const outputs = {
    services: [{ name: "odoo", url: "https://erp.example.test", host: "erp" }],
    hosts: { erp: { name: "ipai-odoo-erp", address: "192.0.2.1", runs: ["odoo"] }, ocr: { address: null } },
  };
  const resources = [
    { urn: "a", type: "pulumi:pulumi:Stack", outputs },
    { urn: "b", type: "pulumi:providers:digitalocean" },
    { urn: "c", type: "digitalocean:index/droplet:Droplet" },
    { urn: "d", type: "digitalocean:index/droplet:Droplet" },
    { urn: "e", type: "digitalocean:index/app:App" },
  ];
  assert.deepEqual(describeStack({ deployment: { resources } }, project), {
    resources: { "digitalocean:index/app:App": 1, "digitalocean:index/droplet:Droplet": 2 },
    hosts: [
      { key: "erp", name: "ipai-odoo-erp", address: "192.0.2.1" },
      { key: "ocr", name: "ocr", address: null },
    ],
    services: [{ name: "odoo", url: "https://erp.example.test", healthy: null }],
  });
});

test("a stack without resources or outputs is an empty one", () => {
  assert.deepEqual(describeStack({ deployment: {} }, project), { resources: {}, hosts: [], services: [] });
});

test("the monthly cost is read from the outputs, and outputs without one have none", () => {
  assert.equal(project.monthlyUsdIn?.({ monthlyCost: { totalUsd: 110, lines: { "host erp": 24 } } }), 110);
  assert.equal(project.monthlyUsdIn?.({ monthlyCost: "110" }), undefined);
  assert.equal(project.monthlyUsdIn?.({}), undefined);
});
