import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import {
  findMarked,
  identify,
  isRunning,
  mark,
  markVariable,
  signal,
  startTicks,
  stop,
} from "../../sandbox/engine/processes.ts";
import { waitFor } from "../support/wait-for.ts";
import { temporaryFolder } from "./support/temporary.ts";

const idle = ["-e", "setInterval(() => {}, 1000)"];

test("the start is read behind the program's name, whatever that name holds", () => {
  const after = ["S", ...Array.from({ length: 18 }, (_, index) => String(index)), "4711", "0"].join(" ");
  assert.equal(startTicks(`12 (a) b (c) ${after}`), "4711");
});

test("a number that was given to another process since is not the same process", () => {
  const before = { startedAt: () => "boot:1" };
  const since = { startedAt: () => "boot:2" };
  const identity = identify(12, before);
  assert.ok(identity);
  assert.equal(isRunning(identity, before), true);
  assert.equal(isRunning(identity, since), false);
  assert.equal(isRunning(identity, { startedAt: () => undefined }), false);
});

test("a recycled number is never signalled", (context) => {
  const bystander = spawn(process.execPath, idle);
  context.after(() => bystander.kill("SIGKILL"));
  assert.ok(bystander.pid);
  assert.equal(signal({ pid: bystander.pid, startedAt: "another time" }, "SIGKILL"), false);
  assert.equal(bystander.exitCode ?? bystander.signalCode, null);
});

test("a marked process is found by its mark alone, and stopped", async (context) => {
  const text = mark(temporaryFolder(context), "engine");
  const child = spawn(process.execPath, idle, { env: { ...process.env, [markVariable]: text } });
  context.after(() => child.kill("SIGKILL"));
  const found = await waitFor(() => {
    const list = findMarked(text);
    return list.length > 0 && list;
  }, "the marked process");
  assert.deepEqual(
    found.map(({ pid }) => pid),
    [child.pid],
  );
  await stop(found);
  assert.deepEqual(findMarked(text), []);
});

test("a process that ignores the polite signal is ended all the same", async (context) => {
  const child = spawn(process.execPath, [
    "-e",
    "process.on('SIGTERM', () => {}); console.log('ready'); setInterval(() => {}, 1000)",
  ]);
  context.after(() => child.kill("SIGKILL"));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const identity = identify(child.pid ?? 0);
  assert.ok(identity);
  await stop([identity], { graceMs: 50 });
  assert.equal(isRunning(identity), false);
});
