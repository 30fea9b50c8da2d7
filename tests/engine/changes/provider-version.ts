import assert from "node:assert/strict";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { before, suite, test } from "node:test";
import type { EditedStack } from "../../support/edited-stack.ts";
import { EngineShell, type Surroundings } from "../../support/engine-shell.ts";
import { doneSteps, plannedSteps } from "../../support/state.ts";

const root = resolve(import.meta.dirname, "../../..");
// None that anybody will ever publish: nothing is downloaded.
const newer = "99.0.0";

/** The same resources, run by the next major version of the provider. */
export function changeOfProviderVersion(staging: EditedStack): void {
  suite("the provider's next major version", () => {
    let engine: EngineShell;
    let surroundings: Surroundings;
    before(async () => {
      engine = await EngineShell.of(staging.sandbox, staging.environment);
      const folder = join(staging.sandbox.folder, "provider-version");
      mkdirSync(folder);
      symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
      const program = join(root, "tests/engine/upgrades/provider-version/index.ts");
      const runtime = { name: "nodejs", options: { typescript: false } };
      writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "insightpulse", runtime }));
      writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", main: "index.ts" }));
      writeFileSync(join(folder, "index.ts"), `export * from ${JSON.stringify(program)};\n`);
      // This program gives out nothing, and the policies would miss what the settings state.
      const unjudged = { PULUMI_OPTION_POLICY_PACK: undefined };
      surroundings = { folder, variables: { ...unjudged, DIGITALOCEAN_PROVIDER_VERSION: newer } };
    });

    /** Versions of the provider in the state. */
    const providers = async () =>
      (await staging.resources())
        .filter(({ type }) => type === "pulumi:providers:digitalocean")
        .map(({ inputs }) => inputs.version);

    test("is not taken where it is not installed, and nothing is touched", async () => {
      const variables = { ...surroundings.variables, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };
      const { exitCode, printed } = await engine.tryRun({ ...surroundings, variables }, "preview");
      assert.notEqual(exitCode, 0);
      assert.match(printed, /digitalocean.*99\.0\.0/);
    });

    test("takes over every resource as it is, and can be taken back", async () => {
      const plugins = join(staging.sandbox.folder, "pulumi-home/plugins");
      const current = readdirSync(plugins).find((name) => /^resource-digitalocean-v[\d.]+$/.test(name));
      assert.ok(current);
      const [file, old] = [join(plugins, current, "pulumi-resource-digitalocean"), current.split("-v")[1]];
      await engine.run(surroundings, "plugin", "install", "resource", "digitalocean", newer, "--file", file);

      const before = await staging.sandbox.inventory();
      assert.deepEqual(await providers(), [old]);
      const { stdout: preview } = await engine.run(surroundings, "preview", "--json");
      assert.deepEqual(plannedSteps(preview), []);
      const began = new Date().toISOString();
      const { stdout: up } = await engine.run(surroundings, "up", "--yes", "--skip-preview", "--json");
      assert.deepEqual(doneSteps(up), []);
      assert.deepEqual(await providers(), [newer]);

      assert.deepEqual((await staging.apply({})).done, []);
      assert.deepEqual(await providers(), [old]);
      const calls = await staging.sandbox.requests(began);
      assert.deepEqual(
        calls.filter(({ method }) => method !== "GET" && method !== "HEAD"),
        [],
      );
      assert.deepEqual(await staging.sandbox.inventory(), before);
    });
  });
}
