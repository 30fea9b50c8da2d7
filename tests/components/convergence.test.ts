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
  deployUser: "deploy",
  privateKey: "sample-private-key",
  bundle: { version: 1, host: "erp", password: "sample-password" },
});
await settled();
const { create, stdin, connection } = inputsOf(registrations, "erp-apply");

suite("the convergence of a host", () => {
  test("sends program and bundle through standard input, as one secret", () => {
    const { program, bundle } = JSON.parse(String(secretValue(stdin)));
    assert.deepEqual(bundle, { version: 1, host: "erp", password: "sample-password" });
    assert.ok("__main__.py" in program && !("bootstrap.py" in program));
  });

  test("puts nothing of the bundle into the command", () => {
    assert.doesNotMatch(String(create), /sample-password/);
  });

  test("gives a dead host up in less than five minutes", () => {
    const { dialErrorLimit, perDialTimeout } = secretValue(connection) as Record<string, number>;
    const longestPauseSeconds = 8;
    assert.ok(Number(dialErrorLimit) * (Number(perDialTimeout) + longestPauseSeconds) < 300);
  });

  test("its command is one a shell takes apart into sudo, python3 and the bootstrap", () => {
    const folder = mkdtempSync(join(tmpdir(), "convergence-"));
    try {
      // A sudo that only shows what it was given.
      writeFileSync(join(folder, "sudo"), '#!/bin/sh\nprintf "%s\\0" "$@"\n', { mode: 0o755 });
      const env = { PATH: `${folder}:/usr/bin:/bin` };
      const words = execFileSync("sh", ["-c", String(create)], { env, encoding: "utf8" }).split("\0");
      assert.deepEqual(words.slice(0, 2), ["python3", "-c"]);
      execFileSync("python3", ["-c", `import ast, sys; ast.parse(sys.stdin.read())`], { input: words[2] });
      assert.match(words[2] ?? "", /"\$@"/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
