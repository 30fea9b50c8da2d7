import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { statePaths } from "../../sandbox/engine/paths.ts";
import type { MachineChoice } from "../../sandbox/engine/sandbox.ts";
import { dropletsOf, recordDroplets } from "../../sandbox/world/mode.ts";

const possible = async () => undefined;
const impossible = async () => "machines need root, for namespaces and mounts";

/** What a sandbox's droplets are, by what was chosen, by what can be, and by what it began with. */
async function decide(choice: MachineChoice, can: () => Promise<string | undefined>, begun?: boolean) {
  const folder = mkdtempSync(join(tmpdir(), "droplets-"));
  const sandbox = { state: statePaths(folder) };
  try {
    if (begun === true) recordDroplets(sandbox, { areMachines: true });
    if (begun === false) recordDroplets(sandbox, { areMachines: false, because: "" });
    return await dropletsOf(sandbox, choice, can);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("droplets are machines where machines can boot, and records with the reason where they cannot", async () => {
  assert.deepEqual(await decide("auto", possible), { areMachines: true });
  assert.deepEqual(await decide("auto", impossible), { areMachines: false, because: await impossible() });
  assert.deepEqual(await decide("off", possible), {
    areMachines: false,
    because: "machines are switched off",
  });
});

test("a sandbox keeps to what it began with", async () => {
  assert.deepEqual(await decide("auto", possible, false), {
    areMachines: false,
    because: "machines are switched off",
  });
  assert.deepEqual(await decide("auto", possible, true), { areMachines: true });
  await assert.rejects(decide("off", possible, true), /droplets are machines since it was brought up/);
  await assert.rejects(decide("required", possible, false), /droplets are records since it was brought up/);
});

test("machines that are required and cannot be are refused, with the reason", async () => {
  await assert.rejects(decide("required", impossible), /no machine can boot here: machines need root/);
  await assert.rejects(decide("auto", impossible, true), /no machine can boot here: machines need root/);
});
