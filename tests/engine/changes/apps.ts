import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { EditedStack } from "../../support/edited-stack.ts";
import { changedVariables, serviceOf } from "../../support/inventory.ts";
import type { Inventory } from "../../support/sandbox.ts";
import { nameOf, shownSecret } from "../../support/state.ts";

const deployments = (inventory: Inventory) => inventory.deployments?.length ?? 0;

/** Image and variables of an app, and the secrets among them. */
export function changesOfApps(staging: EditedStack): void {
  const changed = (inventory: Inventory, app: string) => changedVariables(staging.unchanged, inventory, app);
  const generated = async () =>
    Object.fromEntries(
      (await staging.resources("--show-secrets"))
        .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
        .map(({ urn, outputs }) => [nameOf(urn), shownSecret(outputs.result)]),
    );

  suite("a change of an app does what it should and no more", () => {
    test("another image, by tag and by content, deploys that app once each", async () => {
      const image = { registryType: "DOCR", repository: "mcp-coordinator" };
      const digest = `sha256:${"1f".repeat(32)}`;
      let expected = deployments(await staging.sandbox.inventory());
      for (const pinned of [{ tag: "1.0.1" }, { digest }]) {
        const edits = { "services.mcp.image": { ...image, ...pinned } };
        assert.deepEqual(await staging.planned(edits), ["update app-mcp-app"]);
        const { done, inventory } = await staging.apply(edits);
        assert.deepEqual(done, ["update app-mcp-app"]);
        const { image: found } = serviceOf(inventory, "mcp-staging");
        assert.deepEqual(
          [found.tag, found.digest],
          ["tag" in pinned ? pinned.tag : undefined, pinned.digest],
        );
        const other = "superset-staging";
        assert.deepEqual(serviceOf(inventory, other), serviceOf(staging.unchanged, other));
        assert.equal(deployments(inventory), ++expected);
      }
      const { done, inventory: afterwards } = await staging.apply({});
      assert.deepEqual(done, ["update app-mcp-app"]);
      const images = [afterwards, staging.unchanged].map(
        (inventory) => serviceOf(inventory, "mcp-staging").image,
      );
      assert.deepEqual(images[0], images[1]);
    });

    test("a plain variable deploys that app once, with that variable changed", async () => {
      const edits = { "services.superset.variables": { SUPERSET_ENV: "staging" } };
      const expected = deployments(await staging.sandbox.inventory()) + 1;
      assert.deepEqual(await staging.planned(edits), ["update app-superset-app"]);
      const { done, inventory } = await staging.apply(edits);
      assert.deepEqual(done, ["update app-superset-app"]);
      assert.equal(deployments(inventory), expected);
      assert.deepEqual(changed(inventory, "superset-staging"), { SUPERSET_ENV: "staging" });
      assert.deepEqual(await staging.planned(edits), []);
      assert.deepEqual((await staging.apply({})).done, ["update app-superset-app"]);
    });

    test("a SECRET variable, rotated at its source, deploys that app once, and then nothing more", async () => {
      const secrets = { supersetGoogleClientSecret: "sample-rotated-secret" };
      const [before, passwords] = [await staging.sandbox.inventory(), await generated()];
      assert.deepEqual(await staging.planned({}, secrets), ["update app-superset-app"]);
      const { done, inventory } = await staging.apply({}, secrets);
      assert.deepEqual(done, ["update app-superset-app"]);
      assert.equal(deployments(inventory), deployments(before) + 1);
      assert.deepEqual(changed(inventory, "superset-staging"), {});
      assert.deepEqual(serviceOf(inventory, "mcp-staging"), serviceOf(before, "mcp-staging"));
      assert.ok(!JSON.stringify(inventory).includes(secrets.supersetGoogleClientSecret));
      assert.deepEqual(await staging.planned({}, secrets), []);
      assert.deepEqual(await generated(), passwords);
      assert.deepEqual((await staging.apply({})).done, ["update app-superset-app"]);
    });

    test("a secret of the operator that no app has changes nothing in the cloud", async () => {
      assert.deepEqual(await staging.planned({}, { supabaseOwnerPassword: "sample-rotated-password" }), []);
    });

    test("a generated secret is rotated alone, once that is meant, and reaches the app that has it", async () => {
      const name = "generated-superset-secret-key";
      const replace = ["--replace", await staging.urnOf(name)];
      const [before, passwords] = [await staging.sandbox.inventory(), await generated()];
      const refused = await staging.sandbox.pulumi(staging.environment, "preview", ...replace);
      assert.notEqual(refused.exitCode, 0);
      assert.match(refused.printed, /unable to replace .*protection/s);

      await staging.unprotect(name);
      const { done, inventory } = await staging.up(...replace);
      assert.deepEqual(done, [
        `create-replacement ${name}`,
        `delete-replaced ${name}`,
        `replace ${name}`,
        "update app-superset-app",
      ]);
      assert.equal(deployments(inventory), deployments(before) + 1);
      assert.deepEqual(serviceOf(inventory, "mcp-staging"), serviceOf(before, "mcp-staging"));
      const { [name]: rotated, ...others } = await generated();
      const { [name]: old, ...othersBefore } = passwords;
      assert.ok(rotated !== undefined && old !== undefined && rotated !== old);
      assert.deepEqual(others, othersBefore);
      assert.deepEqual(await staging.planned({}), []);
      const found = (await staging.resources()).find(({ urn }) => nameOf(urn) === name);
      assert.equal(found?.protect, true);
    });

    test("a role's password is rotated by the settings alone, and the app gets the other login with it", async () => {
      const name = "database-role-superset";
      const passwords = await generated();
      const settings = { "database.rotations": { superset: 1 } };
      const done = [
        `create-replacement ${name}`,
        `delete-replaced ${name}`,
        `replace ${name}`,
        "update app-superset-app",
      ];
      assert.deepEqual((await staging.apply(settings)).done, done);
      const { [name]: rotated, ...others } = await generated();
      const { [name]: old, ...othersBefore } = passwords;
      assert.ok(rotated !== undefined && old !== undefined && rotated !== old);
      assert.deepEqual(others, othersBefore);
      assert.deepEqual(await staging.planned(settings), []);
      assert.deepEqual((await staging.apply({})).done, done);
    });
  });
}
