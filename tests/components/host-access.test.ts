import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inputsOf, recordRegistrations, secretValue, settled } from "../support/mocks.ts";

const registrations = recordRegistrations();
const { HostAccess } = await import("../../components/host/host-access.ts");

new HostAccess("erp", {
  address: "203.0.113.10",
  user: "root",
  privateKey: "sample-private-key",
  deployUser: "deploy",
  deployPublicKey: "ssh-ed25519 AAAASAMPLE",
  entrance: [
    { path: "/etc/a", mode: "0644", owner: "root", group: "root", content: "one\ntwo\n" },
    { path: "/etc/b", mode: "0440", owner: "root", group: "root", content: "three\n" },
  ],
});
await settled();

suite("the deploy user's way into an adopted host", () => {
  const { create, stdin, connection, ...others } = inputsOf(registrations, "erp-deploy-user");

  test("is one command as the user that the operator's key opens", () => {
    assert.deepEqual(
      registrations.map(({ type, name }) => [type, name]),
      [
        ["insightpulse:host:HostAccess", "erp"],
        ["command:remote:Command", "erp-deploy-user"],
      ],
    );
    const { host, user, privateKey } = secretValue(connection) as Record<string, unknown>;
    assert.deepEqual(
      { host, user, privateKey },
      { host: "203.0.113.10", user: "root", privateKey: "sample-private-key" },
    );
    assert.equal(create, "sudo bash -s -- deploy");
    assert.deepEqual(others, { addPreviousOutputInEnv: false });
  });

  test("the script travels whole, with the public key and the files behind it", () => {
    const text = String(stdin);
    assert.ok(text.startsWith("#!/usr/bin/env bash\n"));
    const lines = ["ssh-ed25519 AAAASAMPLE", "/etc/a 0644 b25lCnR3bwo=", "/etc/b 0440 dGhyZWUK", ""];
    assert.ok(text.endsWith(`\nmain "$@"; exit\n${lines.join("\n")}`));
  });

  test("runs once: after the first convergence its user is not let in any more", () => {
    const command = registrations.find(({ name }) => name === "erp-deploy-user");
    assert.deepEqual([...(command?.ignoreChanges ?? [])].sort(), [
      "addPreviousOutputInEnv",
      "connection",
      "create",
      "stdin",
    ]);
  });
});
