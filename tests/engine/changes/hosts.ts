import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { EditedStack } from "../../support/edited-stack.ts";
import { named, recordsOf } from "../../support/inventory.ts";
import type { Inventory } from "../../support/sandbox.ts";

const zone = "staging.insightpulseai.net";
const addressOf = (inventory: Inventory, name: string) =>
  recordsOf(inventory, zone).find((record) => record.name === name)?.data;

/** Image, size, address, and which service runs where. */
export function changesOfHosts(staging: EditedStack): void {
  suite("a change of a host does what it should and no more", () => {
    test("another image changes nothing: a droplet is made once", async () => {
      assert.deepEqual(await staging.planned({ "hosts.erp.image": "ubuntu-22-04-x64" }), []);
    });

    test("a bigger size resizes the same droplet, whose disk stays so small that it can go back", async () => {
      const bigger = { "hosts.ocr.size": "s-4vcpu-8gb", "budget.monthlyUsd": 90 };
      const steps = ["update host-ocr-droplet", "update host-ocr-monitoring-load"];
      assert.deepEqual(await staging.planned(bigger), steps);
      const before = named(staging.unchanged, "droplets", "ipai-staging-ocr");
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

    test("a reserved address is answered with, and given back once that is meant", async () => {
      const reserved = { "hosts.erp.reservedIp": true };
      const records = ["update dns-mattermost", "update dns-n8n", "update dns-odoo", "update dns-root"];
      assert.deepEqual(await staging.planned(reserved), ["create host-erp-address", ...records]);
      const { inventory: during } = await staging.apply(reserved);
      assert.equal(during.reserved_ips?.length, 1);
      assert.equal(addressOf(during, "erp"), during.reserved_ips?.[0]?.ip);
      assert.deepEqual(during.droplets, staging.unchanged.droplets);

      await staging.assertRefused({}, "host-erp-address", /cannot be deleted.*protected/s);
      await staging.unprotect("host-erp-address");
      const { done, inventory: afterwards } = await staging.apply({});
      assert.deepEqual(done, ["delete host-erp-address", ...records]);
      assert.deepEqual(afterwards.reserved_ips, []);
      assert.equal(addressOf(afterwards, "erp"), addressOf(staging.unchanged, "erp"));
    });

    test("a service moves to a third host and back; the others and their droplets stay", async () => {
      const moved = {
        "hosts.automation": { name: "ipai-staging-automation", region: "sfo2", size: "s-1vcpu-2gb" },
        "services.n8n": { host: "automation" },
        "budget.monthlyUsd": 78,
      };
      const parts = [
        "",
        ...["-droplet", "-firewall", "-firewall-rules", "-monitoring", "-monitoring-cpu"],
        ...["-monitoring-disk", "-monitoring-load", "-monitoring-memory", "-tag"],
      ].map((part) => `host-automation${part}`);
      const touched = ["update dns-n8n", "update project-resources"];
      assert.deepEqual(await staging.planned(moved), [...parts.map((part) => `create ${part}`), ...touched]);
      const { inventory: during } = await staging.apply(moved);
      const third = named(during, "droplets", "ipai-staging-automation");
      assert.equal(addressOf(during, "n8n"), third.public_ipv4);
      const others = (inventory: Inventory) =>
        recordsOf(inventory, zone).filter(({ name, type }) => name !== "n8n" && type !== "SOA");
      assert.deepEqual(others(during), others(staging.unchanged));
      assert.deepEqual(
        during.droplets?.filter(({ id }) => id !== third.id),
        staging.unchanged.droplets,
      );

      await staging.assertRefused({}, "host-automation-droplet", /cannot be deleted.*protected/s);
      await staging.unprotect("host-automation", "host-automation-droplet");
      const { done, inventory: afterwards } = await staging.apply({});
      assert.deepEqual(done, [...parts.map((part) => `delete ${part}`), ...touched]);
      assert.equal(addressOf(afterwards, "n8n"), addressOf(staging.unchanged, "n8n"));
      assert.deepEqual(afterwards.droplets, staging.unchanged.droplets);
    });
  });
}
