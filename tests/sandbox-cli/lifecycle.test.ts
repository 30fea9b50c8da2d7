import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runningCloud } from "../../sandbox/engine/cloud.ts";
import { describeStack } from "../../sandbox/engine/describe.ts";
import { findMarked, mark } from "../../sandbox/engine/processes.ts";
import { removeSandbox } from "../../sandbox/engine/state.ts";
import { waitFor } from "../support/wait-for.ts";
import { demoSandbox, writeDemo } from "./support/demo.ts";
import { temporaryFolder, writeFile } from "./support/temporary.ts";

const runUp = join(import.meta.dirname, "support/run-up.ts");

/** A demo in a folder of its own, and ways to run it and to look at it. */
function setUp(context: TestContext) {
  // What the demo started is found by its state: it ends before its folder goes.
  const folder = temporaryFolder(context, (root) => removeSandbox(demoSandbox(root)));
  const sandbox = demoSandbox(folder);
  const programs = writeDemo(folder);
  const hold = join(folder, "hold");
  const start = () =>
    spawn(process.execPath, [runUp, folder], {
      env: { ...process.env, PATH: `${programs}:${process.env.PATH}`, FAKE_PULUMI_HOLD: hold },
      stdio: ["ignore", "pipe", "pipe"],
    });
  const processes = () => [
    ...findMarked(mark(sandbox.state.root, "cloud")),
    ...findMarked(mark(sandbox.state.root, "engine")),
  ];
  const stackFile = join(sandbox.state.backend, ".pulumi/stacks/demo/prod.json");
  const readStack = () => describeStack(JSON.parse(readFileSync(stackFile, "utf8")), sandbox.project);
  return { sandbox, hold, start, processes, readStack, stackFile };
}

async function finish(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  let text = "";
  child.stdout?.on("data", (data) => {
    text += data;
  });
  child.stderr?.on("data", (data) => {
    text += data;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, text };
}

async function upAndFinish(start: () => ChildProcess): Promise<string> {
  const { code, text } = await finish(start());
  assert.equal(code, 0, text);
  return text;
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
}

test("up from nothing makes the stack, its secret and the cloud; all of it is for the owner alone", async (context) => {
  const { sandbox, start, readStack } = setUp(context);
  assert.match(await upAndFinish(start), /1 created, 0 imported/);
  assert.deepEqual(readStack().resources, { "demo:index:Thing": 1 });
  assert.deepEqual(readStack().services, [{ name: "erp", url: "https://erp", healthy: null }]);
  assert.ok(await runningCloud(sandbox));
  for (const path of [sandbox.state.root, ...filesIn(sandbox.state.root)]) {
    assert.equal(statSync(path).mode & 0o077, 0, `${path} can be read by others`);
  }
});

test("the second up uses the same cloud and the same secret", async (context) => {
  const { sandbox, start } = setUp(context);
  const settings = join(sandbox.state.root, "prod/Pulumi.prod.yaml");
  await upAndFinish(start);
  const before = { cloud: await runningCloud(sandbox), settings: readFileSync(settings, "utf8") };
  assert.match(before.settings, /demo:password:\n +secure: /);
  await upAndFinish(start);
  assert.deepEqual({ cloud: await runningCloud(sandbox), settings: readFileSync(settings, "utf8") }, before);
});

test("a run killed while the engine works is taken up by the next: the engine ends in order first", async (context) => {
  const { sandbox, hold, start, readStack } = setUp(context);
  writeFileSync(hold, "");
  const killed = start();
  const ended = finish(killed);
  const events = join(sandbox.state.root, "prod/events.jsonl");
  await waitFor(() => existsSync(events) && statSync(events).size > 0, "the engine's first event");
  killed.kill("SIGKILL");
  await ended;
  assert.notEqual(findMarked(mark(sandbox.state.root, "engine")).length, 0);
  // Still held: only by being told to end can the abandoned engine get out of the way of the next one.
  const next = start();
  await waitFor(
    () => readStack().resources["demo:index:Thing"] === 1,
    "the abandoned engine to write its state",
  );
  rmSync(hold);
  const { code, text } = await finish(next);
  assert.equal(code, 0, text);
});

test("the lock of a killed engine is released", async (context) => {
  const { sandbox, start } = setUp(context);
  const lock = join(sandbox.state.backend, ".pulumi/locks/organization/demo/prod/one.json");
  await upAndFinish(start);
  const timestamp = new Date(Date.now() - 12 * 60_000).toISOString();
  writeFile(lock, JSON.stringify({ pid: 2 ** 22 - 1, username: "amy", hostname: "desk", timestamp }));
  const text = await upAndFinish(start);
  assert.match(text, /lock of a killed run is released: amy@desk \(process 4194303\), 12 minutes ago/);
  assert.equal(existsSync(lock), false);
});

test("what a killed engine was creating is removed from the cloud and forgotten before the next try", async (context) => {
  const { sandbox, start, stackFile } = setUp(context);
  await upAndFinish(start);
  const resource = { urn: "urn:pulumi:prod::demo::demo:index:Thing::two", type: "demo:index:Thing" };
  const operations = [
    { type: "creating", resource },
    { type: "updating", resource: { ...resource, urn: `${resource.urn}-three` } },
  ];
  writeFile(stackFile, JSON.stringify({ deployment: { resources: [], pending_operations: operations } }));
  writeFile(
    join(sandbox.state.backend, ".pulumi/locks/organization/demo/prod/one.json"),
    JSON.stringify({ pid: 2 ** 22 - 1, timestamp: new Date().toISOString() }),
  );
  const text = await upAndFinish(start);
  assert.match(text, /removed thing two, which that run was creating/);
  assert.doesNotMatch(text, /three/);
});

test("a killed cloud is replaced, and the child it left is ended", async (context) => {
  const { sandbox, start } = setUp(context);
  await upAndFinish(start);
  const first = await runningCloud(sandbox);
  assert.ok(first);
  const orphans = findMarked(mark(sandbox.state.root, "cloud")).filter(({ pid }) => pid !== first.pid);
  assert.equal(orphans.length, 1);
  process.kill(first.pid, "SIGKILL");
  await upAndFinish(start);
  const second = await runningCloud(sandbox);
  assert.ok(second);
  const now = findMarked(mark(sandbox.state.root, "cloud")).map(({ pid }) => pid);
  assert.equal(now.length, 2);
  assert.ok(!orphans.some(({ pid }) => now.includes(pid)));
});

test("down ends every process and leaves no state, but the cache", async (context) => {
  const { sandbox, start, processes } = setUp(context);
  await upAndFinish(start);
  writeFile(join(sandbox.cache, "kept"), "");
  assert.equal(processes().length, 2);
  assert.deepEqual(await removeSandbox(sandbox), { processes: 2, folder: sandbox.state.root });
  assert.deepEqual(processes(), []);
  assert.equal(existsSync(sandbox.state.root), false);
  assert.equal(existsSync(join(sandbox.cache, "kept")), true);
});

test("down after a killed run ends the abandoned engine too", async (context) => {
  const { sandbox, hold, start, processes } = setUp(context);
  writeFileSync(hold, "");
  const killed = start();
  const ended = finish(killed);
  const events = join(sandbox.state.root, "prod/events.jsonl");
  await waitFor(() => existsSync(events) && statSync(events).size > 0, "the engine's first event");
  killed.kill("SIGKILL");
  await ended;
  await removeSandbox(sandbox);
  assert.deepEqual(processes(), []);
  assert.equal(existsSync(sandbox.state.root), false);
});

test("down where nothing is up is fine", async (context) => {
  assert.equal(await removeSandbox(setUp(context).sandbox), undefined);
});

test("a folder that holds other things is neither used nor removed", async (context) => {
  const { sandbox, start } = setUp(context);
  const precious = writeFile(join(sandbox.state.root, "thesis.txt"), "");
  const { code, text } = await finish(start());
  assert.notEqual(code, 0);
  assert.match(text, /already holds other files \(thesis\.txt\)/);
  await assert.rejects(removeSandbox(sandbox), { message: /already holds other files/ });
  assert.equal(existsSync(precious), true);
  rmSync(sandbox.state.root, { recursive: true });
});
