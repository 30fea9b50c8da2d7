import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { EditedStack } from "../support/edited-stack.ts";
import { type Inventory, lasting, TestSandbox } from "../support/sandbox.ts";

const sandbox = new TestSandbox();
const staging = new EditedStack("staging", sandbox);
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
  readonly jobs?: readonly {
    readonly kind: string;
    readonly run_command: string;
    readonly envs: readonly { key: string; type?: string; value: string }[];
  }[];
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
    const superset = specifications.find(({ name }) => name === "superset-staging");
    for (const { envs } of [superset?.services[0], superset?.jobs?.[0]].map((one) => one ?? assert.fail())) {
      const secrets = envs.filter(({ type }) => type === "SECRET");
      assert.deepEqual(secrets.map(({ key }) => key).sort(), [
        "GOOGLE_CLIENT_ID",
        "GOOGLE_CLIENT_SECRET",
        "SQLALCHEMY_DATABASE_URI",
        "SUPERSET_SECRET_KEY",
      ]);
      for (const { value } of secrets) assert.match(value, /^EV\[1:/);
    }
    for (const value of Object.values(sandbox.secrets("staging"))) {
      assert.ok(!JSON.stringify(apps).includes(value));
    }
  });

  test("Superset's metadata are migrated before each of its deployments; no other app has anything before it", async () => {
    const { apps = [] } = await sandbox.inventory();
    const jobs = apps
      .map(({ spec }) => spec as AppSpecification)
      .flatMap(({ name, jobs = [] }) =>
        jobs.map(({ kind, run_command }) => `${name}: ${kind} ${run_command}`),
      );
    assert.deepEqual(jobs, ["superset-staging: PRE_DEPLOY /usr/bin/prepare-superset"]);
  });

  test("protects what cannot be made again, and nothing else", async () => {
    const resources = (await staging.resources()).filter(({ custom, protect }) => custom && protect);
    const counts: Record<string, number> = {};
    for (const { type } of resources) counts[type] = (counts[type] ?? 0) + 1;
    assert.deepEqual(counts, {
      "digitalocean:index/domain:Domain": 1,
      "digitalocean:index/droplet:Droplet": 2,
      "digitalocean:index/spacesBucket:SpacesBucket": 3,
      "digitalocean:index/spacesKey:SpacesKey": 5,
      "digitalocean:index/sshKey:SshKey": 1,
      "digitalocean:index/vpc:Vpc": 2,
      "random:index/randomPassword:RandomPassword": 8,
      "tls:index/privateKey:PrivateKey": 2,
    });
  });

  test("the policy pack accepts it", async () => {
    assert.match(await staging.run("preview"), /✅ insightpulse@v0\.1\.0/);
  });

  test("refuses to be destroyed, and nothing is gone", async () => {
    const before = lasting(await sandbox.inventory());
    const { exitCode, printed } = await sandbox.tryRun("destroy", "staging");
    assert.notEqual(exitCode, 0);
    assert.match(printed, /protected/);
    assert.match(printed, /pulumi state unprotect --all/);
    assert.deepEqual(lasting(await sandbox.inventory()), before);
  });

  test("destroyed once that is meant, it leaves nothing of it in the account", async () => {
    await staging.run("state", "unprotect", "--all", "--yes");
    await sandbox.run("destroy", "staging");
    const [found, expected] = [lasting(await sandbox.inventory()), lasting(withoutStaging)];
    for (const collection of Object.keys(expected)) {
      assert.deepEqual(found[collection], expected[collection], collection);
    }
    await sandbox.run("preview", "prod", "--expect-no-changes");
  });
});
