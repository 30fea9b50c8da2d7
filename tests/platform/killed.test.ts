import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { findMarked, identify, isRunning, mark, signal } from "../../sandbox/engine/processes.ts";
import { waitFor } from "../support/wait-for.ts";
import { healthUrls, isWell } from "./services.ts";
import { PlatformStack } from "./stack.ts";
import { Platform, type Said, skip, told } from "./support.ts";

const urls = healthUrls("insightpulseai.net");
const swapNote = "/var/lib/insightpulse/converge/swap/note.json";

describe("what is killed of a sandbox that is up", { skip }, () => {
  let platform: Platform;
  let stack: PlatformStack;
  before(async () => {
    platform = await Platform.shared();
    stack = await PlatformStack.of(platform);
  });
  after(() => platform?.close());

  async function assertWell(): Promise<void> {
    for (const url of Object.values(urls)) assert.ok(await isWell(platform, url), url);
  }

  /** Ends a process at once, and waits until it is gone. */
  async function kill(pid: number): Promise<void> {
    const identity = identify(pid) ?? assert.fail(`process ${pid} does not run`);
    signal(identity, "SIGKILL");
    await waitFor(() => !isRunning(identity), `process ${pid} to end`);
  }

  test("cloud, internet and a machine at once: the next up has all of it back, and the other machine never stopped", async (context) => {
    const pidIn = (path: string): number => JSON.parse(readFileSync(join(platform.folder, path), "utf8")).pid;
    const bootOfErp = () =>
      told(platform.inside("erp", "systemctl", "show", "--property=UserspaceTimestampMonotonic"));
    const earlier = await bootOfErp();
    const ocr = `machines/${await platform.droplet("ocr")}/watcher.json`;
    await Promise.all(["daemon.json", "internet/process.json", ocr].map(pidIn).map(kill));
    const began = Date.now();
    await told(platform.sandbox("up", "prod"));
    context.diagnostic(`all of it is back and healthy after ${Math.round((Date.now() - began) / 1000)} s`);
    await assertWell();
    assert.equal(await bootOfErp(), earlier);
  });

  test("a machine alone, while the cloud runs: it is switched on again", async () => {
    const file = join(platform.folder, `machines/${await platform.droplet("ocr")}/watcher.json`);
    await kill(JSON.parse(readFileSync(file, "utf8")).pid);
    await told(platform.sandbox("up", "prod"));
    await assertWell();
  });

  test("an engine while a host is converged: the next up releases its lock and converges", async () => {
    // The environment's own settings then move the service back.
    await told(stack.up({ "services.ocr.port": 8081 }));
    const up = platform.sandbox("up", "prod");
    const meeting = `until [ -e ${swapNote} ]; do sleep 0.01; done`;
    await told(platform.inside("ocr", "timeout", "280", "sh", "-c", meeting));
    // With every provider it has started, and so with its session on the host.
    for (const process of findMarked(mark(platform.folder, "engine"))) signal(process, "SIGKILL");
    assert.notEqual((await up).exitCode, 0);
    assert.match(
      await told(platform.sandbox("up", "prod").then(all)),
      /the lock of a killed run is released/,
    );
    await assertWell();
    assert.equal((await stack.drift()).exitCode, 0);
    const { bundle } = await stack.host("ocr");
    const again = platform.insideWith(JSON.stringify(bundle), "ocr", "converge", "apply");
    assert.match(await told(again), /^nothing to change/);
  });
});

/** What a command printed on both of its streams. */
const all = (said: Said): Said => ({ ...said, stdout: said.text });
