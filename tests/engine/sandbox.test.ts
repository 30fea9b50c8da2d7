import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, suite, test } from "node:test";
import { execa } from "execa";
import { findMarked, mark } from "../../sandbox/engine/processes.ts";
import { TestSandbox } from "../support/sandbox.ts";
import { waitFor } from "../support/wait-for.ts";

const root = resolve(import.meta.dirname, "../..");
const sandbox = new TestSandbox();
after(() => sandbox.remove());

/** Processes that mention the sandbox's own folder. */
async function processesOf(folder: string): Promise<string[]> {
  const { stdout } = await execa("ps", ["-eo", "pid=,args="], { reject: false });
  return stdout.split("\n").filter((line) => line.includes(folder) && !line.includes("ps -eo"));
}

/** Begins an `up`, and kills it when it is so far, with all it has started but what is set apart: the cloud and the engine. */
async function killedUp(isFarEnough: () => boolean): Promise<void> {
  const running = execa(join(root, "scripts/sandbox"), ["up", "staging"], {
    cwd: root,
    env: sandbox.variables,
    reject: false,
    // A group of its own, so that all of it can be killed at once.
    detached: true,
  });
  await waitFor(isFarEnough, "the run to be far enough");
  process.kill(-(running.pid ?? 0), "SIGKILL");
  await running;
}

suite("a sandbox that was killed", () => {
  test("while the cloud starts, and again in the middle of pulumi up: the next up takes it up and converges", async () => {
    await killedUp(() => existsSync(join(sandbox.folder, "cloud")));
    const events = join(sandbox.folder, "staging/events.jsonl");
    assert.ok(!existsSync(events), "no engine was to have said anything yet");
    const isAtWork = () => findMarked(mark(sandbox.folder, "engine")).length > 0;
    const hasDoneSome = () =>
      existsSync(events) && readFileSync(events, "utf8").includes('"resOutputsEvent"') && isAtWork();
    await killedUp(hasDoneSome);

    const { stdout } = await sandbox.run("up", "staging");
    assert.match(stdout, /^[1-9]\d* created, .*0 replaced, 0 deleted/m);
    assert.match((await sandbox.run("up", "staging")).stdout, /^0 changes/m);
    const { droplets: machines = [] } = await sandbox.inventory();
    const names = machines.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, `made twice: ${names.join(", ")}`);
  });
});

suite("a sandbox that lost its cloud", () => {
  test("starts it again with what it held", async () => {
    const before = await sandbox.inventory();
    const { pid } = JSON.parse(readFileSync(join(sandbox.folder, "cloud/cloud.json"), "utf8"));
    process.kill(pid, "SIGKILL");
    assert.match((await sandbox.run("up", "staging")).stdout, /^0 changes/m);
    assert.deepEqual((await sandbox.inventory()).droplets, before.droplets);
  });
});

suite("status", () => {
  test("is one object that a machine can read", async () => {
    const status = JSON.parse((await sandbox.run("status", "staging", "--json")).stdout);
    assert.deepEqual(Object.keys(status).sort(), [
      "cloud",
      "engine",
      "environment",
      "hosts",
      "lock",
      "providers",
      "resources",
      "services",
      "strays",
    ]);
    assert.equal(status.environment, "staging");
    assert.match(status.engine.version, /^3\./);
    for (const kind of Object.values(status.providers)) assert.match(`${kind}`, /^(official|stand-in)$/);
    assert.equal(status.resources["digitalocean:index/droplet:Droplet"], 2);
    assert.equal(status.hosts.length, 2);
    assert.deepEqual(status.services[0], {
      name: "odoo",
      url: "https://erp.staging.insightpulseai.net",
      healthy: null,
    });
  });
});

suite("down", () => {
  test("leaves no process and no file", async () => {
    assert.notDeepEqual(await processesOf(sandbox.folder), []);
    await sandbox.run("down", "--yes");
    assert.deepEqual(await processesOf(sandbox.folder), []);
    assert.ok(!existsSync(sandbox.folder) || readdirSync(sandbox.folder).length === 0);
  });

  test("is content when nothing is up", async () => {
    await sandbox.run("down", "--yes");
  });

  test("status says that nothing is up", async () => {
    const status = JSON.parse((await sandbox.run("status", "staging", "--json")).stdout);
    assert.deepEqual(status.services, []);
    assert.equal(status.engine, null);
  });
});
