import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { execa } from "execa";
import { findMarked, mark } from "../../sandbox/engine/processes.ts";
import { FaultySandbox } from "../support/faulty-sandbox.ts";
import type { Outcome } from "../support/sandbox.ts";
import { waitFor } from "../support/wait-for.ts";

const root = resolve(import.meta.dirname, "../..");
const sandbox = new FaultySandbox();
before(() => sandbox.prepare());
after(() => sandbox.remove());

/**
 * How many creations the cloud lets through in each run; it holds back every later one, so that at the kill one is
 * always under way, however slow the machine. Together they go through most of a first up.
 */
const moments = [0, 1, 3, 5, 7, 7, 7, 7, 7, 7];
/** Longer than any run takes: nothing that is held back is ever answered. */
const heldMs = 3_600_000;
/** In every other run the vendor has done what was asked, and the answer is what is held back. */
const holds = ["delay", "answer-late"] as const;

/** Numbers of the processes a sandbox's engine run consists of. */
const engineProcesses = () => findMarked(mark(sandbox.folder, "engine")).map(({ pid }) => pid);

const isEngine = (pid: number) =>
  spawnSync("ps", ["-o", "comm=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim() === "pulumi";

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended with the one that was killed before it.
  }
}

interface Killed extends Outcome {
  /** How many engines were killed. */
  readonly engines: number;
  /** Creations the cloud was holding back then. */
  readonly held: number;
}

/** Runs `up`, and kills it when the cloud holds back what comes after so many creations. */
async function killedUp(letThrough: number, hold: (typeof holds)[number], alone: boolean): Promise<Killed> {
  await sandbox.run("fault", "clear");
  const after = letThrough === 0 ? "" : ` --after ${letThrough}`;
  await sandbox.fault(`${hold} --delay ${heldMs} --method POST${after}`);
  const up = execa(join(root, "scripts/sandbox"), ["up", "staging"], {
    cwd: root,
    env: sandbox.variables,
    reject: false,
    all: true,
    // A group of its own, so that all of it can be killed at once.
    detached: true,
  });
  let ended = false;
  up.finally(() => {
    ended = true;
  });
  const held = async () => (await sandbox.faults())[0]?.met ?? 0;
  await waitFor(async () => ended || (await held()) > 0, `a creation after ${letThrough}`);
  const processes = engineProcesses();
  const engines = processes.filter(isEngine);
  // Outright: with every provider it has started, or alone.
  for (const pid of alone ? engines : processes) kill(pid);
  kill(-(up.pid ?? 0));
  const { all: printed } = await up;
  return { engines: engines.length, held: await held(), exitCode: undefined, stdout: "", printed };
}

const released = /the lock of a killed run is released/;

suite("an engine killed outright in the middle of up", () => {
  const generated: Record<string, string> = {};

  for (const [index, moment] of moments.entries()) {
    const [hold, alone] = [holds[index % 2] ?? "delay", index % 4 > 1];
    const what = hold === "delay" ? "the next is under way" : "the next is done and not yet answered";
    test(`kill ${index + 1}: after ${moment} creations, while ${what}: nothing generated is lost`, async () => {
      const {
        engines,
        held,
        printed: said,
      } = await sandbox.recorder.run("./scripts/sandbox up staging", () => killedUp(moment, hold, alone));
      assert.equal(engines, 1, `an engine was to be killed:\n${said}`);
      assert.ok(held > 0, "the cloud was to hold a creation back");
      assert.ok((await sandbox.creationsUnderWay()).length > 0, "the state was to know of a creation");
      if (index > 0) assert.match(said, released, "of the run before");
      await sandbox.assertKept(generated, { orNone: true });
      Object.assign(generated, await sandbox.generated());
    });
  }

  test("the lock of the last kill keeps plain pulumi out, and status says whose it is and how old", async () => {
    const refused = await sandbox.up();
    assert.notEqual(refused.exitCode, 0);
    assert.match(refused.printed, /currently locked by 1 lock/);
    const { lock } = JSON.parse((await sandbox.run("status", "staging", "--json")).stdout);
    assert.equal(lock.atWork, false);
    assert.match(lock.owner, /^\S+@\S+ \(process \d+\), \d+ (second|minute)s? ago$/);
  });

  test("the next up releases the last lock and converges: each thing is there once", async () => {
    await sandbox.run("fault", "clear");
    const { stdout, printed } = await sandbox.run("up", "staging");
    assert.match(printed, released);
    assert.match(stdout, /^[1-9]\d* created, .* 0 replaced, 0 deleted/m);
    await sandbox.assertWhole();
    await sandbox.assertKept(generated);
  });
});
