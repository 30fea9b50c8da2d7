import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { suite, test } from "node:test";
import { inputsOf, recordRegistrations, secretValue, settled } from "../support/mocks.ts";
import { testSigningKey } from "../support/signing-key.ts";

const registrations = recordRegistrations();
const { Convergence } = await import("../../components/host/convergence.ts");

const signingKey = testSigningKey();
new Convergence("erp", {
  signingKey,
  address: "203.0.113.10",
  user: "deploy",
  privateKey: "sample-private-key",
  dropletId: "527891549",
  bundle: { version: 1, host: "erp", password: "sample-password" },
});
new Convergence("impatient", {
  signingKey,
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
  test("sends program and bundle through standard input behind their signature, as one secret", () => {
    const [signature = "", document = ""] = String(secretValue(stdin)).split("-----END SSH SIGNATURE-----\n");
    assert.match(signature, /^-----BEGIN SSH SIGNATURE-----\n/);
    const { bootstrap, program, bundle } = JSON.parse(document);
    assert.deepEqual(bundle, { version: 1, host: "erp", password: "sample-password" });
    assert.ok("__main__.py" in program && !("bootstrap.py" in program));
    execFileSync("python3", ["-c", "import ast, sys; ast.parse(sys.stdin.read())"], { input: bootstrap });
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

  test("its command is what the deploy key may run, and no shell is between", () => {
    assert.equal(create, "sudo -n /usr/local/sbin/converge-signed apply");
  });
});
