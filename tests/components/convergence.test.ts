import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite, test } from "node:test";
import { inputsOf, recordRegistrations, secretValue, settled } from "../support/mocks.ts";

const registrations = recordRegistrations();
const { Convergence } = await import("../../components/host/convergence.ts");

new Convergence("erp", {
  address: "203.0.113.10",
  user: "deploy",
  privateKey: "sample-private-key",
  dropletId: "527891549",
  bundle: { version: 1, host: "erp", password: "sample-password" },
});
new Convergence("impatient", {
  address: "203.0.113.11",
  user: "deploy",
  privateKey: "sample-private-key",
  dropletId: "525178434",
  giveUpAfterSeconds: 20,
  bundle: {},
});
await settled();
const { create, stdin, connection, triggers, ...others } = inputsOf(registrations, "erp-apply");

suite("the convergence of a host", () => {
  test("sends program and bundle through standard input, as one secret", () => {
    const { bootstrap, program, bundle } = JSON.parse(String(secretValue(stdin)));
    assert.deepEqual(bundle, { version: 1, host: "erp", password: "sample-password" });
    assert.ok("__main__.py" in program && !("bootstrap.py" in program));
    execFileSync("python3", ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], { input: bootstrap });
  });

  test("puts nothing of the bundle into the command", () => {
    assert.doesNotMatch(String(create), /sample-password/);
  });

  test("waits over a minute for a host that refuses, and gives a dead one up in less than five", () => {
    const { dialErrorLimit, perDialTimeout } = secretValue(connection) as Record<string, number>;
    const tries = Number(dialErrorLimit) + 1;
    // The provider's own pauses: they begin at a tenth of a second and grow by half, to five seconds.
    const pauses = Array.from({ length: tries - 1 }, (_, index) => Math.min(0.1 * 1.5 ** index, 5));
    const refusedSeconds = pauses.reduce((sum, seconds) => sum + seconds, 0);
    assert.ok(refusedSeconds > 60);
    assert.ok(refusedSeconds + tries * Number(perDialTimeout) < 300);
  });

  test("waits as long as the settings say", () => {
    const { connection: impatient } = inputsOf(registrations, "impatient-apply");
    assert.equal((secretValue(impatient) as Record<string, number>).dialErrorLimit, 3);
  });

  test("runs again for another machine, also where that has the same address", () => {
    assert.deepEqual(triggers, ["527891549"]);
  });

  test("leaves the host as it is when it is deleted, and puts nothing into the host's environment", () => {
    assert.deepEqual(others, { logging: "stderr", addPreviousOutputInEnv: false });
  });

  test("its command is one a shell takes apart: it reads the document, and runs what is in it", () => {
    const folder = mkdtempSync(join(tmpdir(), "convergence-"));
    try {
      // A sudo that only shows what it was given.
      writeFileSync(join(folder, "sudo"), '#!/bin/sh\nprintf "%s\\0" "$@"\n', { mode: 0o755 });
      const env = { PATH: `${folder}:/usr/bin:/bin` };
      const words = execFileSync("sh", ["-c", String(create)], { env, encoding: "utf8" }).split("\0");
      assert.deepEqual(words.slice(0, 2), ["python3", "-c"]);
      const input = JSON.stringify({ bootstrap: "print(given['bundle'])", bundle: 'what\'s "given"' });
      const printed = execFileSync("python3", ["-c", words[2] ?? ""], { input, encoding: "utf8" });
      assert.equal(printed, 'what\'s "given"\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
