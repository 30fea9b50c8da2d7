import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, suite, type TestContext, test } from "node:test";
import { execa } from "execa";
import { EditedStack } from "../support/edited-stack.ts";
import { type Inventory, lasting, TestSandbox } from "../support/sandbox.ts";
import { nameOf, resourcesOf, shownSecret } from "../support/state.ts";
import { changesRefused, refusedInProd } from "./changes/refusals.ts";

const root = resolve(import.meta.dirname, "../..");
const sandbox = new TestSandbox();
const prod = new EditedStack("prod", sandbox);
let seeded: Inventory;
before(async () => {
  await sandbox.run("env", "prod");
  seeded = await sandbox.inventory();
});
after(() => sandbox.remove());

suite("prod on the inventory as it is live", () => {
  test("the first up adopts it: ten imported, nothing replaced, nothing deleted", async () => {
    const { changes } = JSON.parse((await sandbox.run("up", "prod", "--json")).stdout);
    assert.equal(changes.import, 10, JSON.stringify(changes));
    const operations = Object.keys(changes).sort();
    assert.deepEqual(operations, ["create", "import", "update"]);
  });

  test("and changes nothing it was not asked to change: droplets get tags, the firewall a name and a tag", async () => {
    const now = await sandbox.inventory();
    const changed = (
      ["vpcs", "droplets", "volumes", "firewalls", "registries", "projects", "apps"] as const
    ).flatMap((collection) =>
      (seeded[collection] ?? []).flatMap((before) => {
        const after = now[collection]?.find(
          ({ id, name }) => id === before.id && (id || name === before.name),
        );
        const fields = Object.keys(before).filter(
          (field) => JSON.stringify(before[field]) !== JSON.stringify(after?.[field]),
        );
        return fields.map((field) => `${collection} ${before.name ?? before.id} ${field}`);
      }),
    );
    assert.deepEqual(changed.filter((change) => !change.endsWith(" updated_at")).sort(), [
      "droplets ipai-odoo-erp tags",
      "droplets ocr-service-droplet tags",
      "firewalls odoobo-fw droplet_ids",
      "firewalls odoobo-fw name",
      "firewalls odoobo-fw outbound_rules",
      "firewalls odoobo-fw tags",
    ]);
  });

  test("the live firewall moves onto a tag only when the droplet has it: not a moment without", async () => {
    const calls = (await sandbox.requests()).map(({ method, path }) => `${method} ${path}`);
    const tagged = calls.indexOf("POST /v2/tags/insightpulse-prod-ocr/resources");
    const moved = calls.indexOf("PUT /v2/firewalls/fb77861f-8402-44d3-b4c4-3e71696ac3fb");
    assert.ok(tagged !== -1 && moved > tagged, `${tagged}, ${moved}`);
  });

  test("what the program does not declare stays as it is: the orphaned app and the stray zone", async () => {
    const { apps = [], domains = [] } = await sandbox.inventory();
    assert.ok(apps.some(({ id }) => id === "04de4372-7a4f-472a-9c3f-5deb895b7ad2"));
    assert.ok(domains.some(({ name }) => name === "erp.insightpulseai.net"));
  });

  test("a second up and a preview change nothing", async () => {
    const before = lasting(await sandbox.inventory());
    assert.match((await sandbox.run("up", "prod")).stdout, /^0 changes/m);
    await sandbox.run("preview", "prod", "--expect-no-changes");
    assert.deepEqual(lasting(await sandbox.inventory()), before);
  });

  test("a refresh finds the cloud as the state says", async () => {
    const { exitCode, printed } = await sandbox.pulumi("prod", "refresh", "--yes", "--expect-no-changes");
    assert.equal(exitCode, 0, printed);
  });

  test("plain pulumi preview and up work with what env prints", async () => {
    const preview = await sandbox.pulumi("prod", "preview", "--expect-no-changes");
    assert.equal(preview.exitCode, 0, preview.printed);
    const up = await sandbox.pulumi("prod", "up", "--yes", "--skip-preview", "--expect-no-changes");
    assert.equal(up.exitCode, 0, up.printed);
  });

  test("the import ids can be removed without a diff", async () => {
    const settings = sandbox.editedSettings("prod", { adopt: undefined });
    await sandbox.assertNoChanges("prod", settings);
  });

  test("the policy pack accepts it", async () => {
    const { exitCode, printed } = await sandbox.pulumi("prod", "preview");
    assert.equal(exitCode, 0, printed);
    assert.match(printed, /✅ insightpulse@v0\.1\.0/);
  });
});

suite("prod's state", () => {
  test("holds no secret in plain text, and no preview shows one", async (context: TestContext) => {
    const { stdout: exported } = await sandbox.pulumi("prod", "stack", "export");
    const { printed: previewed } = await sandbox.pulumi("prod", "preview", "--diff", "--show-sames");
    const folder = mkdtempSync(join(tmpdir(), "prod-artefacts-"));
    context.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "state.json"), exported);
    writeFileSync(join(folder, "preview.txt"), previewed);
    const scan = await execa(join(root, "scripts/scan-secrets"), [folder], { reject: false, all: true });
    assert.equal(scan.exitCode, 0, scan.all);
    const shown = resourcesOf((await sandbox.pulumi("prod", "stack", "export", "--show-secrets")).stdout);
    const secretsOf = (kind: RegExp, property: string) =>
      shown.filter(({ type }) => kind.test(type)).map(({ outputs }) => shownSecret(outputs[property]));
    const { token, spacesSecretAccessKey, cloudflareToken } = sandbox.cloud();
    const samples = [
      ...Object.values(sandbox.secrets("prod")),
      ...[token, spacesSecretAccessKey, cloudflareToken],
      ...secretsOf(/:RandomPassword$/, "result"),
      ...secretsOf(/:SpacesKey$/, "secretKey"),
      // Its other half, the access key, is the resource's id: that opens nothing alone.
      // The second line of a key: the first is the same for all.
      ...secretsOf(/:PrivateKey$/, "privateKeyPem").map((key) => key.split("\n")[1] ?? ""),
      // And of the other form the last but one, in which the private half stands.
      ...secretsOf(/:PrivateKey$/, "privateKeyOpenssh").map((key) => key.trim().split("\n").at(-2) ?? ""),
      // Stands in every plain-typed value of the live apps' environments.
      "sample-plain-value",
    ];
    assert.ok(samples.length >= 25, `only ${samples.length} samples`);
    for (const sample of samples) {
      assert.ok(sample.length > 8);
      assert.ok(!exported.includes(sample), "a secret stands in plain text in the exported state");
      assert.ok(!previewed.includes(sample), "a preview shows a secret");
    }
  });

  test("protects whatever holds data, a name, a key or the way in", async () => {
    const resources = resourcesOf((await sandbox.pulumi("prod", "stack", "export")).stdout);
    const remade = /:(UptimeCheck|UptimeAlert|MonitorAlert)$/;
    const guarded = resources.filter(
      ({ custom, type, urn }) =>
        custom &&
        !type.startsWith("pulumi:") &&
        !remade.test(type) &&
        !nameOf(urn).startsWith("database-role-"),
    );
    assert.equal(guarded.length, 51);
    assert.deepEqual(
      guarded.filter(({ protect }) => !protect).map(({ urn }) => urn),
      [],
    );
  });

  test("names every child after its component", async () => {
    for (const { urn, parent } of resourcesOf((await sandbox.pulumi("prod", "stack", "export")).stdout)) {
      if (parent === undefined || parent.includes("::pulumi:pulumi:Stack::")) continue;
      assert.ok(nameOf(urn).startsWith(`${nameOf(parent)}-`), `${urn} below ${parent}`);
    }
  });
});

suite("prod refuses", () => {
  test("to be destroyed, and nothing is gone", async () => {
    const before = lasting(await sandbox.inventory());
    const { exitCode, printed } = await sandbox.pulumi("prod", "destroy", "--yes");
    assert.notEqual(exitCode, 0);
    assert.match(printed, /protect/);
    assert.deepEqual(lasting(await sandbox.inventory()), before);
  });

  const refused: Readonly<Record<string, Record<string, unknown>>> = {
    "hosts.erp.size": { "hosts.erp.size": "s-3vcpu-5gb" },
    "backup.region": { "backup.region": "us-east-1" },
    "hosts.ocr.accelerator": { "hosts.ocr.accelerator": "gpu" },
    "services.n8n.port": { "services.n8n.port": 8065 },
    "ssh.allowFrom[0]": { "ssh.openToWorldBecause": undefined },
    supabaseOwnerPassword: { supabaseOwnerPassword: undefined },
    budget: { "hosts.ocr.size": "s-8vcpu-16gb" },
  };
  for (const [path, edits] of Object.entries(refused)) {
    test(`a configuration with a fault at ${path}, naming it and the command, before anything is touched`, async () => {
      const before = lasting(await sandbox.inventory());
      const settings = sandbox.editedSettings("prod", edits);
      const up = await sandbox.pulumi("prod", "up", "--yes", "--skip-preview", "--config-file", settings);
      assert.notEqual(up.exitCode, 0);
      assert.ok(up.printed.includes(`  ${path}: `), up.printed);
      assert.match(up.printed, /fix: +pulumi config set .*--stack prod/);
      assert.match(up.printed, /Nothing was changed/);
      assert.deepEqual(lasting(await sandbox.inventory()), before);
    });
  }
});

suite("a change does what it should and no more", () => {
  test("n8n moves to a third droplet by a configuration edit and nothing else", async () => {
    const steps = await prod.planned({
      "hosts.automation": { name: "ipai-automation", region: "sfo2", size: "s-1vcpu-2gb" },
      "services.n8n": { host: "automation" },
    });
    assert.deepEqual(steps, [
      "create host-automation",
      "create host-automation-droplet",
      "create host-automation-firewall",
      "create host-automation-firewall-rules",
      "create host-automation-monitoring",
      "create host-automation-monitoring-cpu",
      "create host-automation-monitoring-disk",
      "create host-automation-monitoring-load",
      "create host-automation-monitoring-memory",
      "create host-automation-tag",
      "update dns-n8n",
      "update project-resources",
    ]);
  });

  test("a bigger host is resized, not replaced", async () => {
    assert.deepEqual(await prod.planned({ "hosts.ocr.size": "s-8vcpu-16gb", "budget.acceptedUsd": 158 }), [
      "update host-ocr-droplet",
      "update host-ocr-monitoring-load",
    ]);
  });

  test("closing SSH to the world changes the two firewalls", async () => {
    const steps = await prod.planned({
      "ssh.allowFrom": ["198.51.100.7/32"],
      "ssh.openToWorldBecause": undefined,
    });
    assert.deepEqual(steps, ["update host-erp-firewall-rules", "update host-ocr-firewall-rules"]);
  });
});

changesRefused(prod, refusedInProd);

// Last, because it leaves a state that has forgotten what is merely remade.
suite("prod destroyed without the preview that would refuse", () => {
  test("keeps its machines, names, keys, images and data; the next up makes again what watches them", async () => {
    const watching = new Set([
      "uptime_checks",
      "uptime_alerts",
      "monitor_alerts",
      "projects",
      "project_assignments",
    ]);
    const kept = async () =>
      Object.entries(lasting(await sandbox.inventory())).filter(([collection]) => !watching.has(collection));
    const before = await kept();
    const destroy = await sandbox.pulumi("prod", "destroy", "--yes", "--skip-preview");
    assert.notEqual(destroy.exitCode, 0);
    assert.deepEqual(await kept(), before);
    await sandbox.run("up", "prod");
    await sandbox.run("preview", "prod", "--expect-no-changes");
  });
});
