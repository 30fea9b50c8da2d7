import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type Inventory, lasting, TestSandbox } from "../support/sandbox.ts";
import { plannedSteps } from "../support/state.ts";

const sandbox = new TestSandbox();
let withoutStaging: Inventory;
before(async () => {
  await sandbox.run("up", "prod");
  withoutStaging = await sandbox.inventory();
});
after(() => sandbox.remove());

/** What of an app's specification is looked at here. */
interface AppSpecification {
  readonly name: string;
  readonly services: readonly { readonly envs: readonly { key: string; type?: string; value: string }[] }[];
}

suite("staging beside prod in the same account", () => {
  test("comes up from nothing, and a second up changes nothing", async () => {
    const { changes, monthlyCost } = JSON.parse((await sandbox.run("up", "staging", "--json")).stdout);
    assert.deepEqual(Object.keys(changes), ["create"]);
    assert.deepEqual(monthlyCost, { beforeUsd: null, usd: 66 });
    const again = await sandbox.run("up", "staging");
    assert.match(again.stdout, /^0 changes/m);
    assert.match(again.stdout, /^\$66\.00 a month by list price, as before$/m);
  });

  test("has a zone and machines of its own, and prod has no change", async () => {
    const { domains = [], droplets = [], projects = [] } = await sandbox.inventory();
    assert.ok(domains.some(({ name }) => name === "staging.insightpulseai.net"));
    assert.ok(droplets.some(({ name }) => name === "ipai-staging-erp"));
    assert.ok(
      projects.some(({ name, environment }) => name === "insightpulse-staging" && environment === "Staging"),
    );
    await sandbox.run("preview", "prod", "--expect-no-changes");
  });

  test("secrets of an app's environment are sealed in the cloud, and never on its disk in plain text", async () => {
    const { apps = [] } = await sandbox.inventory();
    const specifications = apps.map(({ spec }) => spec as AppSpecification);
    const service = specifications.find(({ name }) => name === "superset-staging")?.services[0];
    const secrets = service?.envs.filter(({ type }) => type === "SECRET") ?? [];
    assert.deepEqual(secrets.map(({ key }) => key).sort(), [
      "GOOGLE_CLIENT_ID",
      "GOOGLE_CLIENT_SECRET",
      "SQLALCHEMY_DATABASE_URI",
      "SUPERSET_SECRET_KEY",
    ]);
    for (const { value } of secrets) assert.match(value, /^EV\[1:/);
    for (const value of Object.values(sandbox.secrets("staging"))) {
      assert.ok(!JSON.stringify(apps).includes(value));
    }
  });

  test("a changed secret of an app deploys that app, and nothing else changes", async () => {
    const rotate = ["config", "set", "--secret", "supersetGoogleClientSecret", "sample-rotated-secret"];
    const settings = sandbox.editedSettings("staging", {});
    const set = await sandbox.pulumi("staging", ...rotate, "--config-file", settings);
    assert.equal(set.exitCode, 0, set.printed);
    const { stdout } = await sandbox.pulumi("staging", "preview", "--json", "--config-file", settings);
    assert.deepEqual(plannedSteps(stdout), ["update app-superset-app"]);
    const deployments = async () => (await sandbox.inventory()).deployments?.length ?? 0;
    const before = await deployments();
    const up = await sandbox.pulumi("staging", "up", "--yes", "--skip-preview", "--config-file", settings);
    assert.equal(up.exitCode, 0, up.printed);
    assert.equal(await deployments(), before + 1);
    const again = await sandbox.pulumi(
      "staging",
      "preview",
      "--expect-no-changes",
      "--config-file",
      settings,
    );
    assert.equal(again.exitCode, 0, again.printed);
  });

  test("its zone can be at Cloudflare instead, fed the same records", async () => {
    const settings = sandbox.editedSettings("staging", {
      "dns.provider": "cloudflare",
      "dns.cloudflare": { accountId: "0123456789abcdef0123456789abcdef" },
    });
    const up = await sandbox.pulumi("staging", "up", "--yes", "--skip-preview", "--config-file", settings);
    assert.equal(up.exitCode, 0, up.printed);
    const { cloudflare_records = [], domains = [] } = await sandbox.inventory();
    assert.ok(!domains.some(({ name }) => name === "staging.insightpulseai.net"));
    const names = cloudflare_records
      .filter(({ type }) => type !== "CAA")
      .map(({ name, type }) => `${name} ${type}`);
    assert.deepEqual(names.sort(), [
      "agent.staging.insightpulseai.net CNAME",
      "chat.staging.insightpulseai.net A",
      "erp.staging.insightpulseai.net A",
      "mcp.staging.insightpulseai.net CNAME",
      "n8n.staging.insightpulseai.net A",
      "ocr.staging.insightpulseai.net A",
      "staging.insightpulseai.net A",
      "superset.staging.insightpulseai.net CNAME",
      "www.staging.insightpulseai.net CNAME",
    ]);
    const again = await sandbox.pulumi(
      "staging",
      "preview",
      "--expect-no-changes",
      "--config-file",
      settings,
    );
    assert.equal(again.exitCode, 0, again.printed);
  });

  test("hosted elsewhere, its records are only printed", async () => {
    const settings = sandbox.editedSettings("staging", { "dns.provider": "elsewhere" });
    const up = await sandbox.pulumi("staging", "up", "--yes", "--skip-preview", "--config-file", settings);
    assert.equal(up.exitCode, 0, up.printed);
    assert.match(up.printed, /^ *erp\.staging\.insightpulseai\.net\. +300 +A +\d+\./m);
    const { cloudflare_zones = [], domains = [] } = await sandbox.inventory();
    assert.deepEqual(cloudflare_zones, []);
    assert.ok(!domains.some(({ name }) => name === "staging.insightpulseai.net"));
    const { stdout } = await sandbox.pulumi("staging", "stack", "output", "dnsTable", "--json");
    assert.equal(JSON.parse(stdout).length, 13);
  });

  test("a reserved address outlives nothing it should not: added, answered with, taken away", async () => {
    const settings = sandbox.editedSettings("staging", { "hosts.erp.reservedIp": true });
    const up = await sandbox.pulumi("staging", "up", "--yes", "--skip-preview", "--config-file", settings);
    assert.equal(up.exitCode, 0, up.printed);
    const { reserved_ips = [], domain_records = [] } = await sandbox.inventory();
    assert.equal(reserved_ips.length, 1);
    const record = domain_records.find(
      ({ name, domain }) => name === "erp" && domain === "staging.insightpulseai.net",
    );
    assert.equal(record?.data, reserved_ips[0]?.ip);
  });

  test("destroying it leaves nothing of it in the account", async () => {
    const { exitCode, printed } = await sandbox.pulumi("staging", "destroy", "--yes", "--skip-preview");
    assert.equal(exitCode, 0, printed);
    const [found, expected] = [lasting(await sandbox.inventory()), lasting(withoutStaging)];
    for (const collection of Object.keys(expected)) {
      assert.deepEqual(found[collection], expected[collection], collection);
    }
    await sandbox.run("preview", "prod", "--expect-no-changes");
  });
});
