import assert from "node:assert/strict";
import { cpSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { execa } from "execa";
import { errorsOf, FaultySandbox } from "../support/faulty-sandbox.ts";
import type { Outcome } from "../support/sandbox.ts";

const sandbox = new FaultySandbox();
/** Where the engine keeps its state: a disk of its own, so that nothing else runs into its end. */
const disk = join(sandbox.folder, "backend");
const filler = join(disk, "filler");
/** Enough for the first third of the stack's state, and the engine's copy of it. */
const roomBytes = 256 * 1024;

/** Puts a small disk under the state; false where that is not allowed. */
async function mount(): Promise<boolean> {
  await sandbox.prepare();
  const aside = join(sandbox.folder, "backend-aside");
  cpSync(disk, aside, { recursive: true });
  const { exitCode } = await execa("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], {
    reject: false,
  });
  if (exitCode === 0) cpSync(aside, disk, { recursive: true });
  rmSync(aside, { recursive: true });
  return exitCode === 0;
}

const mayMount = process.getuid?.() === 0 && process.platform === "linux";
const mounted = mayMount && (await mount());
after(async () => {
  if (mounted) await execa("umount", ["--lazy", disk]);
  await sandbox.remove();
});

const skip = mounted ? false : "a small disk cannot be mounted here: that takes root";

suite("a disk that is full", { skip }, () => {
  let up: Outcome;
  let generated: Record<string, string>;
  before(async () => {
    // Everything that is generated, and nothing at the vendor's, while there is room. What a full disk leaves of the state and of the
    // engine's own copy depends on which of its writes is the first to fail: at most one of them is whole, and it may be neither.
    await sandbox.fault("status --status 403 --method POST");
    const refused = await sandbox.engine(["up", "--yes", "--skip-preview", "--continue-on-error"]);
    assert.notEqual(refused.exitCode, 0);
    await sandbox.run("fault", "clear");
    // Getting ready keeps a copy.
    await sandbox.run("env", "staging");
    generated = await sandbox.generated();
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(filler, Buffer.alloc(bavail * bsize - roomBytes));
    // One thing at a time: the engine tries every write for half a minute before it believes that the disk is full.
    up = await sandbox.up(["--parallel", "1"]);
  });

  test("stops up, which says so", () => {
    assert.notEqual(up.exitCode, 0);
    assert.match(errorsOf(up), /no space left on device/);
  });

  test("with room again, what had been generated is found: in the state, or in a copy where that was cut off", async () => {
    rmSync(filler);
    // The engine puts what it could write of a state in the place of the whole one: getting ready restores it.
    await sandbox.run("env", "staging");
    await sandbox.assertKept(generated);
  });

  test("and the next up converges: nothing is there twice, no secret made anew", async () => {
    const next = await sandbox.run("up", "staging");
    assert.match(next.stdout, /^[1-9]\d* created, .* 0 replaced, 0 deleted/m);
    await sandbox.assertWhole();
    await sandbox.assertKept(generated);
  });
});
