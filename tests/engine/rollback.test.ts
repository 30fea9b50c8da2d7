import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import type { Release } from "../../operations/releases/release.ts";
import { allowedSeconds } from "../../operations/rollback/durations.ts";
import { call } from "../cloud/support.ts";
import { TestRunner } from "../support/delivery/runner.ts";
import { EngineShell } from "../support/engine-shell.ts";
import { TestSandbox } from "../support/sandbox.ts";
import { editSettings } from "../support/stack-file.ts";
import { waitFor } from "../support/wait-for.ts";

/** Going back on App Platform, whose services answer by a stand-in; tests/platform/rollback.test.ts goes back on hosts. */
const sandbox = new TestSandbox();
let runner: TestRunner;
let engine: EngineShell;
before(async () => {
  await sandbox.run("up", "staging");
  runner = await TestRunner.start(sandbox);
  engine = await EngineShell.of(sandbox, "staging");
});
after(async () => {
  runner?.stop();
  await sandbox.remove();
});

const settingsFile = () => join(sandbox.folder, "staging/Pulumi.staging.yaml");
const settings = () => readFileSync(settingsFile(), "utf8");
let image = "4.1.1";

/** Delivers Superset by another tag of the catalogue, and gives the release. */
async function deliver(to: string, ...words: string[]): Promise<Release> {
  const line = (tag: string) => `repository: "superset", tag: "${tag}"`;
  runner.checkout.replace("config/catalogue.ts", line(image), line(to));
  image = to;
  runner.checkout.commit(`superset ${to}`);
  return deliverAsItIs(...words);
}

async function deliverAsItIs(...words: string[]): Promise<Release> {
  const { exitCode, printed } = await runner.ops("review", "staging", "--record");
  assert.equal(exitCode, 0, printed);
  const delivered = await runner.ops("deliver", "staging", "--health-within", "1", ...words);
  assert.equal(delivered.exitCode, 0, delivered.printed);
  return (await releases())[0] ?? assert.fail("no release");
}

/** Delivers Superset by another pin in the settings, where a way back has left one, with other edits beside it. */
async function pinned(tag: string, edits: Readonly<Record<string, unknown>> = {}): Promise<Release> {
  const of = { registryType: "DOCKER_HUB", registry: "apache", repository: "superset", tag };
  writeFileSync(settingsFile(), editSettings(settings(), { "services.superset.image": of, ...edits }));
  return deliverAsItIs();
}

async function releases(): Promise<Release[]> {
  const { exitCode, stdout, printed } = await runner.ops("releases", "staging", "--json");
  assert.equal(exitCode, 0, printed);
  return JSON.parse(stdout).environments[0].releases;
}

async function app(name = "superset-staging") {
  const { apps = [], deployments = [] } = await sandbox.inventory();
  const found = apps.find((one) => (one.spec as { name: string }).name === name);
  assert.ok(found);
  const active = deployments.find(({ id }) => id === found.active_deployment_id);
  /** What runs before a deployment is of the same image. */
  const tagIn = (spec: unknown) => {
    type Part = { image: { tag: string } };
    // One that is left as it was found has no job of ours.
    const { services, jobs = [] } = spec as { services: Part[]; jobs?: Part[] };
    const [tag, ...others] = new Set([...services, ...jobs].map(({ image }) => image.tag));
    assert.deepEqual(others, []);
    return tag;
  };
  return {
    id: String(found.id),
    active: String(found.active_deployment_id),
    repeats: active?.cloned_from,
    pinned: found.pinned_deployment_id,
    tag: tagIn(active?.spec),
    declared: tagIn(found.spec),
  };
}

/** What an `up` of the checkout would change: nothing. */
async function assertNothingChanges(): Promise<void> {
  const home = { folder: runner.checkout.folder };
  await engine.run(home, "preview", "--stack", "staging", "--expect-no-changes");
}

/** What was asked of an app since a moment, but for questions, and for whom its alerts tell. */
async function ordersSince(moment: string): Promise<string[]> {
  const { id } = await app();
  return (await sandbox.requests(moment))
    .filter(
      ({ method, path }) => method !== "GET" && path.includes(id) && !/\/(validate|destinations)$/.test(path),
    )
    .map(({ method, path }) => `${method} ${path.slice(path.indexOf(id) + id.length)}`);
}

/** Orders something of App Platform past the stack, as its owner does in the control panel. */
async function order(method: string, path: string, body: object): Promise<void> {
  const { apiUrl, token } = sandbox.cloud();
  const { status, ...answer } = await call(
    `${apiUrl}/v2/apps/${path}`,
    method,
    { authorization: `Bearer ${token}` },
    body,
  );
  assert.equal(status, 200, JSON.stringify(answer));
}

const rollback = (...words: string[]) =>
  runner.ops("rollback", "app", "staging", "--health-within", "1", ...words);

suite("an app that goes back", () => {
  let healthy: Release;
  let bad: Release;

  test("with no release recorded there is nothing to go back to, and that is said", async () => {
    const { exitCode, printed } = await rollback("--yes");
    assert.equal(exitCode, 1, printed);
    assert.match(printed, /no release of staging has been recorded/);
  });

  test("says beforehand what it does, how long it takes and what becomes of data, and changes nothing", async () => {
    healthy = await deliver("4.1.2");
    bad = await deliver("4.1.3");
    assert.deepEqual([healthy.result, bad.result], ["healthy", "healthy"]);
    const [earlier, moment] = [settings(), new Date().toISOString()];
    const { exitCode, stdout, printed } = await rollback("--dry-run");
    assert.equal(exitCode, 0, printed);
    assert.match(
      stdout,
      new RegExp(`^staging goes back to ${healthy.name} \\(healthy, by \\S+\\) from ${bad.name} `),
    );
    assert.match(
      stdout,
      /services\.superset\.image +registry\.digitalocean\.com\/fin-workspace\/superset:4\.1\.3 -> registry\.digitalocean\.com\/fin-workspace\/superset:4\.1\.2$/m,
    );
    assert.match(
      stdout,
      new RegExp(
        `superset +.* the platform repeats its deployment ${healthy.deployments["app-superset-app"]}`,
      ),
    );
    assert.match(stdout, /mcp +is as it was then/);
    assert.match(stdout, /apps: 5 min at most \(an allowance; no way back has been measured here yet\)/);
    assert.match(stdout, /Data:\n {2}none is touched/);
    assert.match(stdout, /1 commits were made since/);
    const unasked = await rollback();
    assert.equal(unasked.exitCode, 1, unasked.printed);
    assert.match(unasked.printed, /there is nobody to ask; nothing was changed\n {2}to fix it: --yes/);
    assert.equal(settings(), earlier);
    assert.deepEqual(await ordersSince(moment), []);
    assert.equal((await releases()).length, 2);
  });

  test("by the platform's own deployment of then; the settings say so, and a preview changes nothing", async (context) => {
    const moment = new Date().toISOString();
    const began = Date.now();
    const { exitCode, printed } = await rollback("--yes");
    assert.equal(exitCode, 0, printed);
    context.diagnostic(`rollback of an app: ${((Date.now() - began) / 1000).toFixed(1)} s, all of it`);
    assert.deepEqual(await ordersSince(moment), ["POST /rollback", "POST /rollback/commit"]);
    const { pinned: pin, tag, declared } = await app();
    assert.deepEqual([pin, tag, declared], [null, "4.1.2", "4.1.2"]);
    assert.match(settings(), /superset: \{ ?appName: superset-staging, .*tag: 4\.1\.2/);
    assert.match(printed, /staging goes back|Keep .*Pulumi\.staging\.yaml/);
    await assertNothingChanges();
    const [release] = await releases();
    assert.deepEqual(
      [release?.result, release?.rollback?.from, release?.rollback?.to, release?.images.superset?.tag],
      ["healthy", bad.name, healthy.name, "4.1.2"],
    );
    assert.ok((release?.rollback?.seconds.apps ?? 0) > 0);
    assert.equal(release?.rollback?.seconds.hosts, undefined);
    // The state was opened to be written: it lies there closed.
    const stored = readFileSync(
      join(sandbox.folder, "backend/.pulumi/stacks/insightpulse/staging.json"),
      "utf8",
    );
    assert.ok(stored.includes('"ciphertext"') && !stored.includes('"plaintext"'));
    for (const secret of Object.values(sandbox.secrets("staging")))
      assert.ok(!printed.includes(secret) && !stored.includes(secret));
  });

  test("the same once more changes nothing, and goes no further back", async () => {
    const moment = new Date().toISOString();
    const { exitCode, stdout, printed } = await rollback("--yes");
    assert.equal(exitCode, 0, printed);
    assert.match(
      stdout,
      new RegExp(`runs what the release ${healthy.name} ran: there is nothing to go back from`),
    );
    assert.deepEqual(await ordersSince(moment), []);
    const { stdout: listed } = await runner.ops("releases", "staging");
    assert.match(
      listed,
      new RegExp(`^staging: \\S+ since .*: back to ${healthy.name} \\(apps\\), healthy$`, "m"),
    );
  });

  test("to a release that is named, and to none that failed or never was", async () => {
    const { exitCode, printed } = await rollback("--to", bad.name, "--dry-run", "--json");
    assert.equal(exitCode, 0, printed);
    const wrong = await rollback("--to", "20200101T000000Z");
    assert.equal(wrong.exitCode, 1);
    assert.match(
      wrong.printed,
      /staging has no release "20200101T000000Z"\n {2}to fix it: name a healthy one: /,
    );
  });
});

suite("an app that cannot go back at once", () => {
  test("a deployment that fails leaves what ran, says what is left, and the same command goes on", async () => {
    // The pin of before goes with the next delivery, as it does in a pull request.
    await runner.ops("rollback", "app", "staging", "--yes");
    const next = await pinned("4.1.5");
    await sandbox.run("fault", "add", "deployment-fails", "--times", "1");
    const { exitCode, printed } = await rollback("--yes");
    assert.equal(exitCode, 1, printed);
    assert.match(printed, /staging is not back yet\.\n {2}done: .*Pulumi\.staging\.yaml/);
    assert.match(
      printed,
      /left: superset: its deployment \S+ ended as ERROR: Your deploy failed because .*; what ran before stays/,
    );
    assert.match(
      printed,
      /to fix it: the same command goes on with what is left: \.\/scripts\/ops rollback app staging/,
    );
    const failed = await app();
    assert.deepEqual([failed.pinned, failed.declared], [null, "4.1.5"]);
    assert.equal((await releases())[0]?.result, "failed");
    const again = await rollback("--yes");
    assert.equal(again.exitCode, 0, again.printed);
    assert.equal((await app()).tag, "4.1.2");
    await assertNothingChanges();
    const [release, ...others] = await releases();
    assert.deepEqual([release?.result, release?.rollback?.from], ["healthy", next.name]);
    // The attempt and its end are one release.
    assert.ok(others.every(({ result }) => result !== "failed"));
  });

  test("a run that was killed half way is gone on with", async () => {
    await pinned("4.1.6");
    const { id } = await app();
    const [, target] = await releases();
    const moment = new Date().toISOString();
    await order("POST", `${id}/rollback`, { deployment_id: target?.deployments["app-superset-app"] });
    const { exitCode, printed } = await rollback("--yes");
    assert.equal(exitCode, 0, printed);
    assert.match(printed, /the platform goes on to repeat its deployment/);
    // The first is the killed run's own.
    assert.deepEqual(await ordersSince(moment), ["POST /rollback", "POST /rollback/commit"]);
    assert.deepEqual([(await app()).tag, (await app()).pinned], ["4.1.2", null]);
    await assertNothingChanges();
  });

  test("a secret that was changed since stays the one of now: the image of then is deployed anew", async () => {
    const secret = "sandbox-another-client-secret";
    const home = { folder: runner.checkout.folder };
    await engine.run(home, "config", "set", "--secret", "supersetGoogleClientSecret", secret);
    await pinned("4.1.7");
    const moment = new Date().toISOString();
    const { exitCode, printed } = await rollback("--yes");
    assert.equal(exitCode, 0, printed);
    assert.match(
      printed,
      /deployed anew with the variables of now: spec\.jobs\[0\]\.envs\[\d+\]\.value, spec\.services\[0\]\.envs\[\d+\]\.value changed since/,
    );
    assert.ok(!printed.includes(secret));
    assert.deepEqual(await ordersSince(moment), ["PUT "]);
    assert.equal((await app()).tag, "4.1.2");
    await assertNothingChanges();
  });
});

suite("everything goes back", () => {
  const name = "mcp-staging";

  /** Has the owner of an app deploy another release of it. */
  async function deployPast(tag: string): Promise<void> {
    const { id } = await app(name);
    const found = (await sandbox.inventory()).apps?.find((one) => one.id === id);
    const spec = structuredClone(found?.spec) as { services: { image: { tag: string } }[] };
    for (const { image } of spec.services) image.tag = tag;
    await order("PUT", id, { spec });
    await waitFor(async () => (await app(name)).tag === tag, `${name} to run ${tag}`);
  }

  test("at once: an app of the stack's, one that is left as it was found, and the settings of hosts", async (context) => {
    const hosts = { registryType: "DOCKER_HUB", repository: "odoo", tag: "18.0-good" };
    const good = await pinned("4.1.8", {
      ...{ "services.mcp.specification": "as-found", "services.odoo.image": hosts },
    });
    const then = await app(name);
    assert.equal(good.deployments["app-mcp-app"], then.active);
    await deployPast("next");
    const bad = await pinned("4.1.9", { "services.odoo.image": { ...hosts, tag: "18.0-bad" } });
    assert.equal(bad.deployments["app-mcp-app"], (await app(name)).active);

    const began = Date.now();
    const back = await runner.ops("rollback", "all", "staging", "--yes", "--health-within", "1");
    assert.equal(back.exitCode, 0, back.printed);
    const [release] = await releases();
    const { apps = Number.NaN } = release?.rollback?.seconds ?? {};
    context.diagnostic(
      `rollback of everything: both apps ${apps} s, all of it ${((Date.now() - began) / 1000).toFixed(1)} s; the platform's own latency is not in it`,
    );
    assert.match(back.printed, /mcp +\S+ -> \S+ +the platform repeats its deployment /);
    assert.match(back.printed, /services\.odoo\.image +\S+odoo:18\.0-bad -> \S+odoo:18\.0-good$/m);
    const now = await app(name);
    assert.deepEqual([now.repeats, now.tag, now.pinned], [then.active, then.tag, null]);
    assert.deepEqual([(await app()).tag, (await app()).pinned], ["4.1.8", null]);
    assert.match(settings(), /18\.0-good/);
    assert.deepEqual(
      [release?.result, release?.rollback?.part, release?.rollback?.to, release?.deployments["app-mcp-app"]],
      ["healthy", "all", good.name, now.active],
    );
    assert.ok(apps < allowedSeconds.apps);
    await assertNothingChanges();
    const again = await runner.ops("rollback", "all", "staging", "--yes");
    assert.match(again.printed, new RegExp(`staging runs what the release ${good.name} ran`));
  });

  test("an app that its owner has deployed since goes back to the newest release itself", async () => {
    const newest = await pinned("4.1.10");
    const then = await app(name);
    await deployPast("worse");
    const { exitCode, printed } = await rollback("--yes");
    assert.equal(exitCode, 0, printed);
    assert.match(printed, new RegExp(`^staging goes back to ${newest.name} `, "m"));
    const now = await app(name);
    assert.deepEqual([now.repeats, now.tag, (await app()).tag], [then.active, then.tag, "4.1.10"]);
    await assertNothingChanges();
  });

  test("one that its owner has deployed since stays, is told of, and goes back when apps are named", async () => {
    const then = await app(name);
    const bad = await pinned("4.1.11");
    await deployPast("by-hand");
    const owners = await app(name);
    const all = (...words: string[]) =>
      runner.ops("rollback", "all", "staging", "--health-within", "1", ...words);
    const told = new RegExp(
      `somebody has deployed ${owners.active} past the stack at \\S+ .*, after the release ${bad.name}: that is not undone ` +
        "unasked; ./scripts/ops rollback app staging takes mcp back too",
    );
    const planned = await all("--dry-run");
    assert.match(planned.printed, /mcp +stays +somebody has deployed/);
    assert.match(planned.printed, told);

    const back = await all("--yes");
    assert.equal(back.exitCode, 0, back.printed);
    assert.match(back.printed, told);
    assert.deepEqual([(await app(name)).active, (await app()).tag], [owners.active, "4.1.10"]);
    const [release] = await releases();
    assert.equal(release?.deployments["app-mcp-app"], bad.deployments["app-mcp-app"]);
    await assertNothingChanges();

    const again = await all("--yes");
    assert.equal(again.exitCode, 0, again.printed);
    assert.match(again.printed, /there is nothing to go back from\.\nBut for mcp: somebody has deployed/);
    assert.equal((await app(name)).active, owners.active);

    const named = await rollback("--yes");
    assert.equal(named.exitCode, 0, named.printed);
    assert.match(named.printed, /what somebody has deployed past the stack at \S+ goes with it/);
    const now = await app(name);
    assert.deepEqual([now.repeats, now.tag, (await app()).tag], [then.active, then.tag, "4.1.10"]);
    await assertNothingChanges();
  });
});
