import assert from "node:assert/strict";
import { resolve } from "node:path";
import { suite, test } from "node:test";
import type { EditedStack } from "../../support/edited-stack.ts";
import { EngineShell } from "../../support/engine-shell.ts";
import { named } from "../../support/inventory.ts";
import { plannedSteps } from "../../support/state.ts";

const root = resolve(import.meta.dirname, "../../..");

/** What loses data, once that is meant. */
export function changesThatCostData(staging: EditedStack): void {
  suite("a change that costs data on purpose", () => {
    const moved = { "backup.secondRegion": "fra1" };
    test("a new second region for backups replaces that bucket once it is unprotected, and the keys follow", async () => {
      const keys = ["update backups-copier", "update backups-reader", "update project-resources"];
      await staging.unprotect("backups-second");
      assert.deepEqual(await staging.planned(moved), ["replace backups-second", ...keys]);
      const { done, inventory } = await staging.apply(moved);
      // The new one is there before the old one goes.
      assert.deepEqual(done, [
        "create-replacement backups-second",
        "delete-replaced backups-second",
        "replace backups-second",
        ...keys,
      ]);
      const buckets = inventory.buckets?.map(({ name }) => name) ?? [];
      assert.ok(buckets.includes("insightpulse-staging-backups-fra1"));
      assert.ok(!buckets.includes("insightpulse-staging-backups-sfo3"));
      const { grants } = named(inventory, "spaces_keys", "insightpulse-staging-backups-copier");
      assert.deepEqual(grants, [
        { bucket: "insightpulse-staging-backups", permission: "read" },
        { bucket: "insightpulse-staging-backups-fra1", permission: "readwrite" },
      ]);
      assert.deepEqual(await staging.planned(moved), []);
      await staging.assertRefused({}, "backups-second", /unable to replace .*protection/s);
    });

    test("a host in another region, where nothing is protected, is that droplet and its names", async () => {
      const thrownAway = { ...moved, protectData: false, "hosts.ocr.region": "sfo2" };
      // The policies refuse staging without protection; this is about an environment that they leave alone.
      const { sandbox, environment } = staging;
      const engine = await EngineShell.of(sandbox, environment);
      const unjudged = { folder: root, variables: { PULUMI_OPTION_POLICY_PACK: undefined } };
      const settings = sandbox.editedSettings(environment, thrownAway);
      const { stdout } = await engine.run(unjudged, "preview", "--json", "--config-file", settings);
      assert.deepEqual(plannedSteps(stdout), [
        "replace host-ocr-droplet",
        // What nobody protects may be deleted with what is in it.
        "update backups-first",
        "update backups-second",
        "update dns-ocr",
        "update heartbeats-bucket",
        "update project-resources",
      ]);
    });
  });
}
