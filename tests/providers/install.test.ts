import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { writeStandIns } from "../../sandbox/providers/install.ts";

test("every stand-in is written as an executable that prints its port", async () => {
  const folder = await mkdtemp(join(tmpdir(), "stand-ins "));
  try {
    const written = await writeStandIns(folder, process.execPath);
    assert.deepEqual(
      written.map(({ name }) => name),
      ["digitalocean", "cloudflare", "random", "tls", "command"],
    );
    for (const { path, version, doesNotProve } of written) {
      assert.match(version, /^\d+\.\d+\.\d+$/);
      assert.ok(doesNotProve.length > 0);
      const child = spawn(path, { stdio: ["ignore", "pipe", "inherit"] });
      const [port] = await once(createInterface(child.stdout), "line");
      assert.match(port, /^\d+$/);
      child.kill();
      await once(child, "exit");
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
