import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { EditedStack } from "../support/edited-stack.ts";
import { type Inventory, lasting, TestSandbox } from "../support/sandbox.ts";

const zone = "staging.insightpulseai.net";
const sandbox = new TestSandbox();
const staging = new EditedStack(sandbox, "staging");
const prod = new EditedStack(sandbox, "prod");
let unchanged: Inventory;
before(async () => {
  await sandbox.run("up", "staging");
  unchanged = await sandbox.inventory();
});
after(() => sandbox.remove());

/** The one entry of a collection with this name. */
function named(inventory: Inventory, collection: string, name: string) {
  const found = inventory[collection]?.find((entry) => entry.name === name);
  assert.ok(found, `${collection} has no ${name}`);
  return found;
}

function recordsOf(inventory: Inventory) {
  return inventory.domain_records?.filter(({ domain }) => domain === zone) ?? [];
}

function addressOf(inventory: Inventory, name: string): unknown {
  return recordsOf(inventory).find((record) => record.name === name)?.data;
}

/** What is looked at here of the one service of an app. */
interface ServiceSpecification {
  readonly image: { readonly tag?: string; readonly digest?: string };
  readonly envs: readonly { readonly key: string; readonly value: string }[];
}

function serviceOf(inventory: Inventory, app: string): ServiceSpecification {
  const spec = inventory.apps
    ?.map(({ spec }) => spec as { name: string; services: ServiceSpecification[] })
    .find(({ name }) => name === app);
  assert.ok(spec?.services[0], `there is no app ${app}`);
  return spec.services[0];
}

/** Keys of the plain variables of an app that have other values than at the beginning, with their values. */
function changedVariables(inventory: Inventory, app: string): Record<string, string> {
  const before = new Map(serviceOf(unchanged, app).envs.map(({ key, value }) => [key, value]));
  const changed = serviceOf(inventory, app).envs.filter(
    ({ key, value }) => !value.startsWith("EV[") && before.get(key) !== value,
  );
  return Object.fromEntries(changed.map(({ key, value }) => [key, value]));
}

suite("a change of a host does what it should and no more", () => {
  test("another image changes nothing: a droplet is made once", async () => {
    assert.deepEqual(await staging.planned({ "hosts.erp.image": "ubuntu-22-04-x64" }), []);
  });

  test("a bigger size resizes the same droplet, whose disk stays so small that it can go back", async () => {
    const bigger = { "hosts.ocr.size": "s-4vcpu-8gb" };
    const steps = ["update host-ocr-droplet", "update host-ocr-monitoring-load"];
    assert.deepEqual(await staging.planned(bigger), steps);
    const before = named(unchanged, "droplets", "ipai-staging-ocr");
    const { done, inventory } = await staging.apply(bigger);
    assert.deepEqual(done, steps);
    const resized = named(inventory, "droplets", "ipai-staging-ocr");
    assert.equal(resized.size_slug, "s-4vcpu-8gb");
    assert.equal(resized.memory, 8192);
    assert.deepEqual([resized.id, resized.disk], [before.id, before.disk]);

    const back = await staging.apply({});
    assert.deepEqual(back.done, steps);
    assert.deepEqual(named(back.inventory, "droplets", "ipai-staging-ocr"), before);
  });

  test("a reserved address is answered with, and given back", async () => {
    const reserved = { "hosts.erp.reservedIp": true };
    const records = ["update dns-mattermost", "update dns-n8n", "update dns-odoo", "update dns-root"];
    assert.deepEqual(await staging.planned(reserved), ["create host-erp-address", ...records]);
    const { inventory: during } = await staging.apply(reserved);
    assert.equal(during.reserved_ips?.length, 1);
    assert.equal(addressOf(during, "erp"), during.reserved_ips?.[0]?.ip);
    assert.deepEqual(during.droplets, unchanged.droplets);

    const { done, inventory: afterwards } = await staging.apply({});
    assert.deepEqual(done, ["delete host-erp-address", ...records]);
    assert.deepEqual(afterwards.reserved_ips, []);
    assert.equal(addressOf(afterwards, "erp"), addressOf(unchanged, "erp"));
  });

  test("a service moves to a third host and back; the others and their droplets stay", async () => {
    const moved = {
      "hosts.automation": { name: "ipai-staging-automation", region: "sfo2", size: "s-1vcpu-2gb" },
      "services.n8n": { host: "automation" },
    };
    const parts = [
      "",
      ...["-droplet", "-firewall", "-firewall-rules", "-monitoring", "-monitoring-cpu", "-monitoring-disk"],
      ...["-monitoring-load", "-monitoring-memory", "-tag"],
    ].map((part) => `host-automation${part}`);
    const touched = ["update dns-n8n", "update project-resources"];
    assert.deepEqual(await staging.planned(moved), [...parts.map((part) => `create ${part}`), ...touched]);
    const { inventory: during } = await staging.apply(moved);
    const third = named(during, "droplets", "ipai-staging-automation");
    assert.equal(addressOf(during, "n8n"), third.public_ipv4);
    const others = (inventory: Inventory) =>
      recordsOf(inventory).filter(({ name, type }) => name !== "n8n" && type !== "SOA");
    assert.deepEqual(others(during), others(unchanged));
    assert.deepEqual(
      during.droplets?.filter(({ id }) => id !== third.id),
      unchanged.droplets,
    );

    const { done, inventory: afterwards } = await staging.apply({});
    assert.deepEqual(done, [...parts.map((part) => `delete ${part}`), ...touched]);
    assert.equal(addressOf(afterwards, "n8n"), addressOf(unchanged, "n8n"));
    assert.deepEqual(afterwards.droplets, unchanged.droplets);
  });
});

suite("a change of a name does what it should and no more", () => {
  test("another TTL updates every record where it is, and no other thing", async () => {
    const names = recordsOf(unchanged).filter(({ type }) => type !== "NS" && type !== "SOA");
    const steps = await staging.planned({ "dns.ttlSeconds": 600 });
    assert.equal(steps.length, names.length);
    assert.deepEqual(
      steps.filter((step) => !step.startsWith("update dns-")),
      [],
    );
    const { done, inventory } = await staging.apply({ "dns.ttlSeconds": 600 });
    assert.deepEqual(done, steps);
    const expected = names.map((record) => ({ ...record, ttl: 600 }));
    assert.deepEqual(
      recordsOf(inventory).filter(({ type }) => type !== "NS" && type !== "SOA"),
      expected,
    );
    assert.deepEqual((await staging.apply({})).done, steps);
  });

  test("a service left out takes its name and its checks along, and comes back with them", async () => {
    const without = { "services.agent": { enabled: false } };
    const parts = ["dns-agent", "service-agent", "service-agent-certificate"];
    const all = [...parts, "service-agent-check", "service-agent-down"];
    assert.deepEqual(
      await staging.planned(without),
      all.map((part) => `delete ${part}`),
    );
    const { inventory: removed } = await staging.apply(without);
    assert.equal(addressOf(removed, "agent"), undefined);
    assert.equal(removed.uptime_checks?.length, 6);

    const { done, inventory: added } = await staging.apply({});
    assert.deepEqual(
      done,
      all.map((part) => `create ${part}`),
    );
    assert.equal(addressOf(added, "agent"), addressOf(unchanged, "agent"));
    assert.equal(added.uptime_checks?.length, 7);
  });
});

suite("a change of an app does what it should and no more", () => {
  const image = { registryType: "DOCR", repository: "mcp-coordinator" };

  test("another image, by tag and by content, deploys that app once each", async () => {
    const digest = `sha256:${"1f".repeat(32)}`;
    let deployments = unchanged.deployments?.length ?? 0;
    for (const pinned of [{ tag: "1.0.1" }, { digest }]) {
      const edits = { "services.mcp.image": { ...image, ...pinned } };
      assert.deepEqual(await staging.planned(edits), ["update app-mcp-app"]);
      const { done, inventory } = await staging.apply(edits);
      assert.deepEqual(done, ["update app-mcp-app"]);
      const { image: found } = serviceOf(inventory, "mcp-staging");
      assert.deepEqual([found.tag, found.digest], ["tag" in pinned ? pinned.tag : undefined, pinned.digest]);
      assert.deepEqual(serviceOf(inventory, "superset-staging"), serviceOf(unchanged, "superset-staging"));
      assert.equal(inventory.deployments?.length, ++deployments);
    }
    const { done, inventory: afterwards } = await staging.apply({});
    assert.deepEqual(done, ["update app-mcp-app"]);
    assert.deepEqual(serviceOf(afterwards, "mcp-staging").image, serviceOf(unchanged, "mcp-staging").image);
  });

  test("a service's new name reaches its record, its check and the one variable that holds it", async () => {
    const renamed = { "services.n8n": { subdomain: "flows" } };
    const steps = ["update app-mcp-app", "update dns-n8n", "update service-n8n-check"];
    assert.deepEqual(await staging.planned(renamed), steps);
    const { inventory: during } = await staging.apply(renamed);
    assert.deepEqual(changedVariables(during, "mcp-staging"), { N8N_URL: `https://flows.${zone}` });
    assert.deepEqual(changedVariables(during, "superset-staging"), {});
    assert.equal(addressOf(during, "flows"), addressOf(unchanged, "n8n"));
    assert.equal(addressOf(during, "n8n"), undefined);

    const { done, inventory: afterwards } = await staging.apply({});
    assert.deepEqual(done, steps);
    assert.deepEqual(changedVariables(afterwards, "mcp-staging"), {});
  });

  test("an app's new name reaches its own specification too", async () => {
    assert.deepEqual(await staging.planned({ "services.superset.subdomain": "bi" }), [
      "update app-mcp-app",
      "update app-superset-app",
      "update dns-superset",
      "update service-superset-check",
    ]);
  });

  test("Odoo's way to the database changes nothing in the cloud, and is warned of", async () => {
    const isWarned = (warnings: readonly string[]) => warnings.some((text) => text.includes("LISTEN/NOTIFY"));
    const session = await staging.preview({});
    const transaction = await staging.preview({ "database.odooConnection": "transaction" });
    assert.deepEqual([session.steps, transaction.steps], [[], []]);
    assert.deepEqual([isWarned(session.warnings), isWarned(transaction.warnings)], [false, true]);
  });
});

suite("a change that would cost data", () => {
  test("in staging: a new second region for backups replaces that bucket, and the keys follow", async () => {
    const moved = { "backup.secondRegion": "fra1" };
    assert.deepEqual(await staging.planned(moved), [
      "replace backups-second",
      "update backups-copier",
      "update backups-reader",
      "update project-resources",
    ]);
    const { done, inventory } = await staging.apply(moved);
    // The new one is there before the old one goes.
    assert.deepEqual(done, [
      "create-replacement backups-second",
      "delete-replaced backups-second",
      "replace backups-second",
      "update backups-copier",
      "update backups-reader",
      "update project-resources",
    ]);
    const buckets = inventory.buckets?.map(({ name }) => name).sort();
    assert.deepEqual(buckets, ["insightpulse-staging-backups", "insightpulse-staging-backups-fra1"]);
    const { grants } = named(inventory, "spaces_keys", "insightpulse-staging-backups-copier");
    assert.deepEqual(grants, [
      { bucket: "insightpulse-staging-backups", permission: "read" },
      { bucket: "insightpulse-staging-backups-fra1", permission: "readwrite" },
    ]);
    assert.deepEqual(await staging.planned(moved), []);
  });

  const refused: Readonly<Record<string, { edits: Record<string, unknown>; by: string; because: RegExp }>> = {
    "a new second region for backups": {
      edits: { "backup.secondRegion": "fra1" },
      by: "backups-second",
      because: /unable to replace .*protection/s,
    },
    "another name for the backups": {
      edits: { "backup.bucket": "insightpulse-archive" },
      by: "backups-first",
      because: /unable to replace .*protection/s,
    },
    "a host in another region": {
      edits: { "hosts.erp.region": "sgp1" },
      by: "host-erp-droplet",
      because: /unable to replace .*protection/s,
    },
    "another address range under the hosts": {
      edits: { "networks.sfo2.ipRange": "10.122.0.0/20" },
      by: "network-sfo2",
      because: /unable to replace .*host-erp-droplet.*protect/s,
    },
    "a volume in another region": {
      edits: { "volumes.odoobo-backup.region": "sfo2" },
      by: "volume-odoobo-backup",
      because: /unable to replace .*protection/s,
    },
    "a smaller volume": {
      edits: { "volumes.odoobo-backup.sizeGib": 50 },
      by: "volume-odoobo-backup",
      because: /can only be expanded and not shrunk/,
    },
    "a service's name taken out": {
      edits: { "services.agent": { enabled: false } },
      by: "dns-agent",
      because: /cannot be deleted.*protected/s,
    },
  };
  test("in prod is refused, each by the resource it would cost, and nothing is touched", {
    concurrency: 2,
  }, async (context) => {
    await sandbox.run("up", "prod");
    const before = lasting(await sandbox.inventory());
    const looked = Object.entries(refused).map(([change, { edits, by, because }]) =>
      context.test(change, async () => {
        const reasons = (await prod.refusals(edits)).filter((reason) => reason.startsWith(`${by}: `));
        assert.match(reasons.join("\n"), because);
      }),
    );
    await Promise.all(looked);
    assert.deepEqual(lasting(await sandbox.inventory()), before);
  });
});
