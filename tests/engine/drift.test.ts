import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import type { CloudDrift } from "../../operations/cloud/drift.ts";
import { FaultySandbox } from "../support/faulty-sandbox.ts";

const root = resolve(import.meta.dirname, "../..");
const sandbox = new FaultySandbox();
before(async () => {
  await sandbox.prepare();
  await sandbox.run("up", "staging");
});
after(() => sandbox.remove());

async function drift(exitCode: number): Promise<CloudDrift[]> {
  const found = await sandbox.asPrinted(`${join(root, "scripts/ops")} drift staging --cloud --json`);
  assert.equal(found.exitCode, exitCode, found.printed);
  return JSON.parse(found.stdout).cloud;
}

interface Firewall {
  readonly id: string;
  readonly name: string;
  readonly inbound_rules: object[];
  readonly outbound_rules: object[];
  readonly tags: string[];
}

interface App {
  readonly id: string;
  readonly spec: { name: string; services: { envs: { key: string; value: string }[] }[] };
}

/** What somebody does in the control panel. */
const byHand: Readonly<Record<string, () => Promise<unknown>>> = {
  "a record that leads elsewhere": async () => {
    const zone = "/v2/domains/staging.insightpulseai.net/records";
    const { domain_records: records } = await sandbox.byHand("GET", `${zone}?per_page=100`);
    const { id } = records.find(({ name }: { name: string }) => name === "n8n");
    await sandbox.byHand("PUT", `${zone}/${id}`, { data: "198.51.100.9" });
  },
  "a firewall rule more": async () => {
    const { firewalls } = await sandbox.byHand("GET", "/v2/firewalls?per_page=100");
    const one: Firewall = firewalls.find(({ name }: Firewall) => name === "ipai-staging-erp-firewall");
    const opening = { protocol: "tcp", ports: "5432", sources: { addresses: ["0.0.0.0/0"] } };
    const { id, name, outbound_rules, tags } = one;
    const inbound_rules = [...one.inbound_rules, opening];
    await sandbox.byHand("PUT", `/v2/firewalls/${id}`, { name, inbound_rules, outbound_rules, tags });
  },
  "an app's variable": async () => {
    const { apps } = await sandbox.byHand("GET", "/v2/apps?per_page=100");
    const { id, spec }: App = apps.find(({ spec: { name } }: App) => name === "mcp-staging");
    const variable = spec.services[0]?.envs.find(({ key }) => key === "ODOO_URL");
    assert.ok(variable);
    variable.value = "https://elsewhere.example";
    await sandbox.byHand("PUT", `/v2/apps/${id}`, { spec });
  },
  "an uptime check that is gone": async () => {
    const { checks } = await sandbox.byHand("GET", "/v2/uptime/checks?per_page=100");
    const { id } = checks.find(({ name }: { name: string }) => name === "staging ocr");
    await sandbox.byHand("DELETE", `/v2/uptime/checks/${id}`);
  },
};

suite("what somebody has changed in the cloud by hand", () => {
  test("is nothing after an up, though vendors encrypt secrets anew each time", async () => {
    assert.deepEqual(await drift(0), []);
  });

  test("is found and named, and the state is left as it was", async () => {
    const before = await sandbox.state();
    const { domain_records: records = [] } = await sandbox.inventory();
    const isN8n = ({ domain, name }: { domain?: unknown; name?: unknown }) =>
      domain === "staging.insightpulseai.net" && name === "n8n";
    const address = records.find(isN8n)?.data;
    for (const change of Object.values(byHand)) await change();
    const found = await drift(3);
    const told = found.map(({ name, differences }) => [
      name,
      // Rules are a set: each provider has an order of its own for them.
      ...differences.map(({ what, how }) =>
        `${what.replace(/^inboundRules\[\d\]$/, "inboundRules[]")} ${how ?? ""}`.trim(),
      ),
    ]);
    assert.deepEqual(
      told.filter(([name]) => !name?.startsWith("service-ocr-")),
      [
        ["app-mcp-app", "variable ODOO_URL has another value"],
        ["dns-n8n", `value is "198.51.100.9" and should be "${address}"`],
        ["host-erp-firewall-rules", "inboundRules[] was added"],
      ],
    );
    assert.ok(told.some(([name, ...what]) => name === "service-ocr-check" && what.length === 0));
    assert.deepEqual(await sandbox.state(), before);
  });

  test("is mended by the commands that were printed", async () => {
    for (const fix of new Set((await drift(3)).map((one) => one.fix))) {
      const { exitCode, printed } = await sandbox.asPrinted(`${fix} --yes --skip-preview`);
      assert.equal(exitCode, 0, printed);
    }
    assert.deepEqual(await drift(0), []);
    const preview = await sandbox.engine(["preview", "--expect-no-changes"]);
    assert.equal(preview.exitCode, 0, preview.printed);
    const { apps = [] } = await sandbox.inventory();
    assert.ok(!JSON.stringify(apps).includes("elsewhere.example"));
  });
});
