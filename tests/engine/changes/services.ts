import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { EditedStack } from "../../support/edited-stack.ts";
import { changedVariables, recordsOf } from "../../support/inventory.ts";
import type { Inventory } from "../../support/sandbox.ts";

const zone = "staging.insightpulseai.net";
const ownRecords = (inventory: Inventory) =>
  recordsOf(inventory, zone).filter(({ type }) => type !== "NS" && type !== "SOA");
const addressOf = (inventory: Inventory, name: string) =>
  recordsOf(inventory, zone).find((record) => record.name === name)?.data;

/** TTL, a service that goes and comes, a service under another name. */
export function changesOfServices(staging: EditedStack): void {
  suite("a change of a name or a service does what it should and no more", () => {
    test("another TTL updates every record where it is, and no other thing", async () => {
      const steps = await staging.planned({ "dns.ttlSeconds": 600 });
      assert.equal(steps.length, ownRecords(staging.unchanged).length);
      assert.deepEqual(
        steps.filter((step) => !step.startsWith("update dns-")),
        [],
      );
      const { done, inventory } = await staging.apply({ "dns.ttlSeconds": 600 });
      assert.deepEqual(done, steps);
      const expected = ownRecords(staging.unchanged).map((record) => ({ ...record, ttl: 600 }));
      assert.deepEqual(ownRecords(inventory), expected);
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
      assert.equal(addressOf(added, "agent"), addressOf(staging.unchanged, "agent"));
      assert.equal(added.uptime_checks?.length, 7);
    });

    test("a service whose secrets open data is not left out by an edit alone", async () => {
      const reasons = await staging.refusals({
        "services.superset.enabled": false,
        "services.mcp.variables": { SUPERSET_URL: "https://superset.insightpulseai.net" },
      });
      // The first that refuses may end the preview before the other is asked.
      const refusing =
        /^(database-role-superset|generated-superset-secret-key): .*cannot be deleted.*protected/s;
      assert.ok(reasons.some((reason) => refusing.test(reason)));
    });

    test("a service's new name reaches its record, its check and the one variable that holds it", async () => {
      const renamed = { "services.n8n": { subdomain: "flows" } };
      const steps = ["update app-mcp-app", "update dns-n8n", "update service-n8n-check"];
      assert.deepEqual(await staging.planned(renamed), steps);
      const { inventory: during } = await staging.apply(renamed);
      const changed = (inventory: Inventory, app: string) =>
        changedVariables(staging.unchanged, inventory, app);
      assert.deepEqual(changed(during, "mcp-staging"), { N8N_URL: `https://flows.${zone}` });
      assert.deepEqual(changed(during, "superset-staging"), {});
      assert.equal(addressOf(during, "flows"), addressOf(staging.unchanged, "n8n"));
      assert.equal(addressOf(during, "n8n"), undefined);

      const { done, inventory: afterwards } = await staging.apply({});
      assert.deepEqual(done, steps);
      assert.deepEqual(changed(afterwards, "mcp-staging"), {});
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
      const isWarned = (warnings: readonly string[]) =>
        warnings.some((text) => text.includes("LISTEN/NOTIFY"));
      const session = await staging.preview({});
      const transaction = await staging.preview({
        "database.odooConnection": "transaction",
        "database.transactionPoolerBecause": "Nobody uses its bus in staging.",
      });
      assert.deepEqual([session.steps, transaction.steps], [[], []]);
      assert.deepEqual([isWarned(session.warnings), isWarned(transaction.warnings)], [false, true]);
    });
  });
}
