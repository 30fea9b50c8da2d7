import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runSide } from "../../../sandbox/comparison/run-side.ts";
import { demoSandbox, writeDemo } from "../support/demo.ts";
import { temporaryFolder } from "../support/temporary.ts";

test("a side that fails tells the step and leaves neither files nor processes behind", async (context) => {
  const folder = temporaryFolder(context);
  const scratch = join(folder, "scratch");
  mkdirSync(scratch);
  const programs = writeDemo(folder);
  const before = { ...process.env };
  context.after(() => Object.assign(process.env, before));
  process.env.PATH = `${programs}:${before.PATH}`;
  process.env.TMPDIR = scratch;
  const told: string[] = [];
  const side = {
    environment: "prod",
    providers: "stand-in",
    sandbox: demoSandbox(folder),
    report: (line: string) => told.push(line),
    note: () => {},
    isCancelled: () => false,
  } as const;
  // The demo's cloud tells nothing of requests.
  await assert.rejects(runSide(side), /requests/);
  assert.ok(told.some((line) => line.startsWith("cloud: ")));
  assert.equal(told.at(-1), "removing the scratch sandbox");
  assert.deepEqual(readdirSync(scratch), []);
});
