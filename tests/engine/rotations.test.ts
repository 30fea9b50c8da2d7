import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { execa } from "execa";
import { EditedStack } from "../support/edited-stack.ts";
import { serviceOf } from "../support/inventory.ts";
import { nameOf, type StateResource, shownSecret } from "../support/state.ts";

const root = resolve(import.meta.dirname, "../..");
const staging = new EditedStack("staging");
/** Asked for once: the sandbox writes its settings file anew each time, from the repository's, without what was counted up. */
let exports = "";
before(async () => {
  await staging.begin();
  exports = (await staging.sandbox.run("env", staging.environment)).stdout;
});
after(() => staging.sandbox.remove());

interface Listed {
  readonly name: string;
  readonly age: { readonly days: number | null; readonly source: string; readonly overdue: boolean };
}

/** Runs `./scripts/ops` as an operator of the sandbox. */
async function ops(...words: string[]) {
  return operate(join(root, "scripts/ops"), ...words);
}

async function operate(...command: string[]) {
  const options = { cwd: root, reject: false, input: "", all: true } as const;
  return execa("bash", ["-c", 'eval "$1"; shift; exec "$@"', "bash", exports, ...command], options);
}

async function set(path: string, value: string): Promise<void> {
  const { exitCode, all } = await operate(
    "pulumi",
    "config",
    "set",
    "--stack",
    "staging",
    "--path",
    path,
    value,
  );
  assert.equal(exitCode, 0, all);
}

async function rotate(name: string): Promise<string> {
  const { exitCode, all } = await ops("rotate", name, "staging", "--yes");
  assert.equal(exitCode, 0, all);
  return all;
}

/** Secrets the stack has made, by the names of their resources. */
async function made(): Promise<Record<string, string>> {
  const outputs: Readonly<Record<string, string>> = {
    "random:index/randomPassword:RandomPassword": "result",
    "digitalocean:index/spacesKey:SpacesKey": "secretKey",
    "tls:index/privateKey:PrivateKey": "privateKeyOpenssh",
  };
  const found = (await staging.resources("--show-secrets")).filter(({ type }) => type in outputs);
  return Object.fromEntries(
    found.map(({ urn, type, outputs: has }) => [nameOf(urn), shownSecret(has[outputs[type] ?? ""])]),
  );
}

/** Everything in a state that is not what it was, by name. */
function differing(before: readonly StateResource[], after: readonly StateResource[]): string[] {
  const texts = (all: readonly StateResource[]) =>
    new Map(all.map((one) => [nameOf(one.urn), JSON.stringify([one.inputs, one.outputs])]));
  const [then, now] = [texts(before), texts(after)];
  const names = [...new Set([...then.keys(), ...now.keys()])];
  return names.filter((name) => then.get(name) !== now.get(name) && !name.startsWith("insightpulse-")).sort();
}

/** Each with what it makes, what it ends, and whoever is given the new one beside that. */
const rotations: Readonly<
  Record<string, { comes: string; goes: string; taken: readonly string[]; deployments: readonly string[] }>
> = {
  "mcp-nextauth-secret": {
    comes: "generated-mcp-nextauth-secret",
    goes: "generated-mcp-nextauth-secret",
    taken: ["app-mcp-app"],
    deployments: ["mcp-staging"],
  },
  "backups-writer": {
    comes: "backups-writer-1",
    goes: "backups-writer",
    taken: [],
    deployments: [],
  },
  "deploy-key": {
    comes: "deploy-key-pair-1",
    goes: "deploy-key-pair",
    taken: ["deploy-key-public"],
    deployments: [],
  },
};

suite("ops rotate", () => {
  for (const [name, { comes, goes, taken, deployments }] of Object.entries(rotations))
    test(`${name}: ${comes} comes, ${goes} goes, and nobody else notices`, async () => {
      const [secrets, state, cloud] = await Promise.all([
        made(),
        staging.resources("--show-secrets"),
        staging.sandbox.inventory(),
      ]);
      assert.match(await rotate(name), /is another one, and the one before it opens nothing/);
      const [now, stateNow, cloudNow] = await Promise.all([
        made(),
        staging.resources("--show-secrets"),
        staging.sandbox.inventory(),
      ]);

      const { [goes]: old, ...othersBefore } = secrets;
      const { [comes]: rotated, ...others } = now;
      assert.ok(old !== undefined && rotated !== undefined && rotated !== old);
      assert.deepEqual(others, othersBefore);
      const components = (one: string) =>
        state.concat(stateNow).some(({ urn, custom }) => nameOf(urn) === one && !custom);
      const changed = differing(state, stateNow).filter((one) => !components(one));
      assert.deepEqual(changed, [...new Set([comes, goes, ...taken])].sort());
      for (const protectedOne of [comes, ...taken.filter((one) => one.startsWith("deploy-key"))]) {
        const found = stateNow.find(({ urn }) => nameOf(urn) === protectedOne);
        assert.equal(found?.protect, true, protectedOne);
      }
      assert.equal(
        (cloudNow.deployments?.length ?? 0) - (cloud.deployments?.length ?? 0),
        deployments.length,
      );
      for (const app of ["mcp-staging", "superset-staging"]) {
        const [was, is] = [serviceOf(cloud, app), serviceOf(cloudNow, app)];
        if (!deployments.includes(app)) assert.deepEqual(is, was);
      }
      assert.equal(cloudNow.spaces_keys?.length, cloud.spaces_keys?.length, "the key of before is deleted");
      assert.equal(cloudNow.ssh_keys?.length, cloud.ssh_keys?.length);
      assert.equal(JSON.stringify(cloudNow.droplets), JSON.stringify(cloud.droplets));
      assert.deepEqual(await staging.planned({}), []);
    });

  test("broken off after the settings were counted up, it goes on without counting again", async () => {
    await set("secrets.rotations.deploy-key", "2");
    assert.match(await rotate("deploy-key"), /has been begun, and goes on/);
    const pairs = Object.keys(await made()).filter((name) => name.startsWith("deploy-key"));
    assert.deepEqual(pairs, ["deploy-key-pair-2"]);
  });

  test("what must be kept, what others make, and what there is not, change nothing", async () => {
    const before = await staging.resources();
    const refused: Readonly<Record<string, [number, RegExp]>> = {
      "n8n-encryption-key": [3, /every credential stored in n8n/],
      "state-passphrase": [3, /pulumi stack change-secrets-provider passphrase --stack staging/],
      supersetGoogleClientSecret: [
        3,
        /Add secret\. Both secrets work\.\n2\. pulumi config set --secret supersetGoogleClientSecret/,
      ],
      nobodys: [1, /there is no secret "nobodys"; there are odoo, /],
    };
    for (const [name, [status, says]] of Object.entries(refused)) {
      const { exitCode, all } = await ops("rotate", name, "staging", "--yes");
      assert.equal(exitCode, status, all);
      assert.match(all, says);
    }
    assert.deepEqual(await staging.resources(), before);
  });
});

suite("ops secrets", () => {
  const listed = async (...words: string[]) => {
    const said = await ops("secrets", "staging", "--json", ...words);
    const { secrets } = JSON.parse(said.stdout) as { secrets: readonly Listed[] };
    return {
      status: said.exitCode,
      age: (name: string) => secrets.find((one) => one.name === name)?.age,
      text: said.stdout,
    };
  };

  test("tells the age of what the stack made from its state, and of nothing that nobody wrote down", async () => {
    const { status, age } = await listed();
    assert.equal(status, 0);
    assert.deepEqual([age("deploy-key")?.days, age("deploy-key")?.source], [0, "state"]);
    assert.deepEqual([age("backups-writer")?.days, age("n8n-encryption-key")?.source], [0, "state"]);
    assert.deepEqual(
      [age("supabaseServiceRoleKey")?.days, age("supabaseServiceRoleKey")?.source],
      [null, "unknown"],
    );
  });

  test("says what is overdue by a day that was written down, and exits with 3", async () => {
    await set("secrets.setOn.supabaseOwnerPassword", "2020/02/29");
    const { status, age } = await listed();
    assert.equal(status, 3);
    const { days, source, overdue } = age("supabaseOwnerPassword") ?? {};
    assert.deepEqual([source, overdue], ["settings", true]);
    assert.ok(days !== null && days !== undefined && days > 365);
    assert.deepEqual(await staging.planned({}), []);
  });

  test("never shows one", async () => {
    const { text } = await listed();
    const values = [...Object.values(await made()), ...Object.values(staging.sandbox.secrets("staging"))];
    assert.ok(values.length > 20);
    for (const value of values) assert.ok(!text.includes(value));
  });
});
