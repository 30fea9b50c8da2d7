import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { execa } from "execa";
import { parse } from "yaml";
import { AsFound, openedPorts } from "../support/as-found.ts";
import { type Outcome, TestSandbox } from "../support/sandbox.ts";

const root = resolve(import.meta.dirname, "../..");
const stated = parse(readFileSync(join(root, "Pulumi.prod.yaml"), "utf8")).config["insightpulse:adopt"];
const failedApp = "04de4372-7a4f-472a-9c3f-5deb895b7ad2";

const sandbox = new TestSandbox();
let exports: string;
before(async () => {
  exports = (await sandbox.run("env", "prod")).stdout;
});
after(() => sandbox.remove());

/** Runs `./scripts/ops` on the sandbox's account with a settings file of its own. */
async function ops(settings: string | undefined, ...words: string[]): Promise<Outcome> {
  const script = 'eval "$1"; shift; [ -z "$1" ] || export PULUMI_OPTION_CONFIG_FILE="$1"; shift; exec "$@"';
  const command = [join(root, "scripts/ops"), ...words];
  const options = { cwd: root, reject: false, stdin: "ignore" } as const;
  const ran = await execa("bash", ["-c", script, "bash", exports, settings ?? "", ...command], options);
  return { exitCode: ran.exitCode, stdout: ran.stdout, printed: `${ran.stderr}\n${ran.stdout}` };
}

async function told(asked: Promise<Outcome>, exitCode = 0) {
  const { stdout, printed, exitCode: ended } = await asked;
  assert.equal(ended, exitCode, printed);
  return JSON.parse(stdout);
}

const account = new AsFound(sandbox);
const byHand = account.byHand.bind(account);

const adoptOf = (file: string) => parse(readFileSync(file, "utf8")).config["insightpulse:adopt"];

suite("production as it is live", () => {
  test("is found without any id, and its ids are written; up would replace and delete nothing", async () => {
    const settings = sandbox.editedSettings("prod", { adopt: undefined });
    const { matches, unmatched, plan } = await told(ops(settings, "adopt", "prod", "--write", "--json"));
    assert.deepEqual(adoptOf(settings), stated);
    const by = Object.fromEntries(matches.map((one: { path: string; by: string }) => [one.path, one.by]));
    assert.equal(by["adopt.hosts.erp"], "name");
    // Nobody called it what the program would: it is the one that guards the host.
    assert.equal(by["adopt.firewalls.ocr"], "address");
    assert.deepEqual(
      unmatched.map(({ path, isDoubtful }: { path: string; isDoubtful: boolean }) => [path, isDoubtful]),
      [["adopt.firewalls.erp", false]],
    );
    const effects: string[] = plan.map(({ effect }: { effect: string }) => effect);
    const adopted = plan.filter(({ effect }: { effect: string }) => effect === "adopted");
    assert.ok(effects.includes("made"));
    assert.equal(adopted.length, matches.length);
    assert.ok(!effects.includes("replaced") && !effects.includes("deleted"), effects.join(" "));
  });

  test("is left alone where every id stands already", async () => {
    const settings = sandbox.editedSettings("prod", {});
    const text = readFileSync(settings, "utf8");
    const { matches } = await told(ops(settings, "adopt", "prod", "--write", "--json"));
    assert.ok(matches.every(({ by }: { by: string }) => by === "id"));
    assert.equal(readFileSync(settings, "utf8"), text);
  });

  test("a host with another name is known by where the names of its services lead", async () => {
    const settings = sandbox.editedSettings("prod", { adopt: undefined, "hosts.erp.name": "odoo-renamed" });
    const { matches } = await told(ops(settings, "adopt", "prod", "--json"));
    const host = matches.find(({ path }: { path: string }) => path === "adopt.hosts.erp");
    assert.deepEqual([host.id, host.by], ["527891549", "address"]);
    assert.equal(adoptOf(settings), undefined, "without --write nothing is written");
  });

  test("an id that the account does not have, or two of one name, are for somebody to decide", async () => {
    const twin = { name: "ipai-odoo-erp", region: "sfo2", size: "s-1vcpu-1gb", image: "debian-13-x64" };
    const made = (await byHand("POST", "/v2/droplets", twin)) as { droplet: { id: number } };
    const wrong = { "adopt.hosts": undefined, "adopt.volumes.odoobo-backup": failedApp };
    const settings = sandbox.editedSettings("prod", wrong);
    const text = readFileSync(settings, "utf8");
    const refused = await ops(settings, "adopt", "prod", "--write");
    await byHand("DELETE", `/v2/droplets/${made.droplet.id}`);
    assert.equal(refused.exitCode, 3, refused.printed);
    assert.match(refused.printed, /hosts\.erp .* 2 would do: 527891549, \d+/);
    assert.match(refused.printed, /volumes\.odoobo-backup .* the account has no volume of that id/);
    assert.match(refused.printed, /nothing is written/);
    assert.equal(readFileSync(settings, "utf8"), text);
  });
});

suite("what belongs to no environment", () => {
  const record = join(sandbox.folder, "decommissioned.md");
  const decommission = (...words: string[]) => ops(undefined, "decommission", ...words, "--record", record);

  test("is listed with what it costs; what staging declares is not among it", async () => {
    const volume = { name: "left-behind", region: "sgp1", size_gigabytes: 50 };
    await byHand("POST", "/v2/volumes", volume);
    await byHand("POST", "/v2/reserved_ips", { region: "sgp1" });
    await byHand("POST", "/v2/droplets", {
      ...{ name: "ipai-staging-erp", region: "sgp1", size: "s-1vcpu-1gb", image: "debian-13-x64" },
    });
    const { orphans, orphansMonthlyUsd } = await told(ops(undefined, "adopt", "prod", "--json"));
    const costs = orphans.map(
      ({ kind, name, monthlyUsd }: { kind: string; name: string; monthlyUsd: number }) =>
        kind === "reserved address" ? [kind, monthlyUsd] : [kind, name, monthlyUsd],
    );
    assert.deepEqual(costs, [
      ["app", "odoo-saas-platform", 5],
      ["reserved address", 5],
      ["volume", "left-behind", 5],
      ["key", "insightpulse-admin-key", 0],
      ["key", "insightpulse-deploy", 0],
      ["zone", "erp.insightpulseai.net", 0],
    ]);
    assert.equal(orphansMonthlyUsd, 15);
  });

  test("what an environment owns is not decommissioned, nor anything without being asked", async () => {
    const owned = await decommission("droplet", "527891549", "--yes-really", "527891549");
    assert.equal(owned.exitCode, 1);
    assert.match(owned.printed, /belongs to an environment/);
    const unasked = await decommission("app", failedApp);
    assert.equal(unasked.exitCode, 1);
    assert.match(unasked.printed, /--yes-really/);
    const { apps } = (await byHand("GET", "/v2/apps")) as { apps: { id: string }[] };
    assert.ok(apps.some(({ id }) => id === failedApp));
  });

  test("goes when it is named twice, what it holds is kept, and it is written down", async () => {
    const { orphans } = await told(ops(undefined, "adopt", "prod", "--json"));
    const { id: volume } = orphans.find(({ kind }: { kind: string }) => kind === "volume");
    for (const [kind, id] of [
      ["app", failedApp],
      ["volume", volume],
    ]) {
      const { exitCode, printed } = await decommission(kind, id, "--yes-really", id);
      assert.equal(exitCode, 0, printed);
    }
    const left = await told(ops(undefined, "adopt", "prod", "--json"));
    const kinds: string[] = left.orphans.map(({ kind }: { kind: string }) => kind);
    assert.ok(!kinds.includes("app") && !kinds.includes("volume"));
    const snapshot = left.orphans.find(({ kind }: { kind: string }) => kind === "snapshot");
    const lines = readFileSync(record, "utf8").trimEnd().split("\n").slice(-2);
    assert.match(
      lines[0] ?? "",
      new RegExp(`\\| app \\| odoo-saas-platform \\| ${failedApp} \\| 5.00 \\| *\\|`),
    );
    assert.match(lines[1] ?? "", new RegExp(`\\| volume \\| left-behind .*\\| snapshot ${snapshot.id} \\|`));
  });
});

suite("firewalls that open too much", () => {
  before(() => account.openFirewalls());

  test("are taken over, and the plan says of each opening that it is closed, and why", async () => {
    const settings = sandbox.editedSettings("prod", { adopt: undefined });
    const { closings, plan } = await told(ops(settings, "adopt", "prod", "--write", "--json"));
    const said = closings.map(({ name, ports }: { name: string; ports: string }) => `${name} ${ports}`);
    assert.deepEqual(
      said.sort(),
      [
        ...openedPorts.erp.map((port) => `odoo-fw ${port}`),
        ...openedPorts.ocr.map((port) => `odoobo-fw ${port}`),
      ].sort(),
    );
    const because = Object.fromEntries(
      closings.map(({ ports, because }: { ports: string; because: string }) => [ports, because]),
    );
    assert.match(because["8069"], /^odoo listens there on loopback, and is reached through nginx, at https:/);
    assert.match(because["8088"], /^superset runs on App Platform, and is reached at https:/);
    assert.match(because["11434"], /^nothing that is declared here listens there/);
    const effects: string[] = plan.map(({ effect }: { effect: string }) => effect);
    assert.ok(!effects.includes("replaced") && !effects.includes("deleted"), effects.join(" "));
  });
});

suite("a zone that is there already, with names that answer twice", () => {
  const zone = "insightpulseai.net";
  const erp = "165.227.10.178";
  const ids: Record<string, number> = {};

  /** Makes a record as somebody did once, and remembers it under a word. */
  async function record(word: string, type: string, name: string, data: string, rest: object = {}) {
    ids[word] = await account.record(zone, type, name, data, rest);
  }

  before(async () => {
    await byHand("POST", "/v2/domains", { name: zone });
    await record("root", "A", "@", erp);
    await record("root again", "A", "@", erp);
    // Of November 2025: a digit was lost, and the right one was put beside it.
    await record("erp mistyped", "A", "erp", "65.227.10.178");
    await record("erp", "A", "erp", erp);
    await record("www", "CNAME", "www", "@");
    const caa = { flags: 0, tag: "issue" };
    await record("caa", "CAA", "@", "letsencrypt.org.", caa);
    await record("stray", "A", "metrics", erp);
  });

  test("one of two is matched, the one that leads where it should; the other is named, and nothing is deleted", async () => {
    const since = new Date().toISOString();
    const settings = sandbox.editedSettings("prod", {});
    const { matches, orphans, plan } = await told(ops(settings, "adopt", "prod", "--write", "--json"));
    const { zone: adopted, records } = adoptOf(settings);
    assert.equal(adopted, zone);
    const expected = { root: ids.root, odoo: ids.erp, www: ids.www, "caa-issue-letsencrypt.org": ids.caa };
    assert.deepEqual(
      records,
      Object.fromEntries(Object.entries(expected).map(([key, id]) => [key, String(id)])),
    );
    const found = matches.map(({ path }: { path: string }) => path);
    assert.ok(found.includes("adopt.records.odoo") && !found.includes("adopt.records.mattermost"));
    const stray = orphans.filter(({ kind }: { kind: string }) => kind === "record");
    assert.deepEqual(
      stray.map(({ id, note }: { id: string; note: string }) => [id, note]).sort(),
      [
        [`${zone}/${ids["root again"]}`, `A to ${erp}, a duplicate of ${zone}/${ids.root}, with the same`],
        [
          `${zone}/${ids["erp mistyped"]}`,
          `A to 65.227.10.178, a duplicate of ${zone}/${ids.erp}, which leads to ${erp}`,
        ],
        [`${zone}/${ids.stray}`, `A to ${erp}`],
      ].sort(),
    );
    const effects: string[] = plan.map(({ effect }: { effect: string }) => effect);
    assert.ok(!effects.includes("replaced") && !effects.includes("deleted"), effects.join(" "));
    const deleted = (await sandbox.requests(since)).filter(({ method }) => method === "DELETE");
    assert.deepEqual(deleted, []);
  });

  test("a name that another kind of record holds is for somebody to decide", async () => {
    await record("superset", "A", "superset", erp);
    const settings = sandbox.editedSettings("prod", {});
    const refused = await ops(settings, "adopt", "prod", "--write");
    await byHand("DELETE", `/v2/domains/${zone}/records/${ids.superset}`);
    assert.equal(refused.exitCode, 3, refused.printed);
    assert.match(
      refused.printed,
      /records\.superset .* nothing stands beside a CNAME, and the name has A insightpulseai\.net\//,
    );
    assert.match(refused.printed, /nothing is written/);
  });

  test("up takes the zone over and makes what is missing; the duplicates are still there, and go by name", async () => {
    const settings = sandbox.editedSettings("prod", {});
    await told(ops(settings, "adopt", "prod", "--write", "--json"));
    const up = await sandbox.pulumi("prod", "up", "--yes", "--skip-preview", "--config-file", settings);
    assert.equal(up.exitCode, 0, up.printed);
    const answers = async (name: string) => {
      const { domain_records: domainRecords = [] } = await sandbox.inventory();
      const those = domainRecords.filter(
        (one) => one.domain === zone && one.name === name && one.type === "A",
      );
      return those.map(({ id }) => id);
    };
    assert.deepEqual(await answers("erp"), [ids["erp mistyped"], ids.erp]);
    assert.equal((await answers("chat")).length, 1);
    await sandbox.assertNoChanges("prod", settings);
    const twin = `${zone}/${ids["erp mistyped"]}`;
    const note = join(sandbox.folder, "decommissioned-records.md");
    const words = ["decommission", "record", twin, "--yes-really", twin, "--record", note];
    const gone = await ops(settings, ...words);
    assert.equal(gone.exitCode, 0, gone.printed);
    assert.deepEqual(await answers("erp"), [ids.erp]);
  });
});
