import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { describe, test } from "node:test";
import ssh from "ssh2";
import { privateKey } from "../../../sandbox/providers/tls/private-key.ts";
import { lifeOf } from "../support.ts";

const cases = [
  { declared: { algorithm: "ED25519" }, begins: "-----BEGIN PRIVATE KEY-----", type: "ssh-ed25519" },
  {
    declared: { algorithm: "RSA", rsaBits: 2048 },
    begins: "-----BEGIN RSA PRIVATE KEY-----",
    type: "ssh-rsa",
  },
  {
    declared: { algorithm: "ECDSA", ecdsaCurve: "P384" },
    begins: "-----BEGIN EC PRIVATE KEY-----",
    type: "ecdsa-sha2-nistp384",
  },
];

describe("a private key", () => {
  for (const { declared, begins, type } of cases) {
    test(`of ${declared.algorithm}, in all its forms`, async () => {
      const { state } = await lifeOf(privateKey, undefined).create(declared);
      const { privateKeyPem, privateKeyPemPkcs8, privateKeyOpenssh, publicKeyPem, publicKeyOpenssh } =
        state.fields;
      assert.ok(String(privateKeyPem).startsWith(begins));
      const spki = { type: "spki", format: "pem" } as const;
      for (const form of [privateKeyPem, privateKeyPemPkcs8]) {
        const key = createPublicKey(createPrivateKey(String(form)));
        assert.equal(key.export(spki), publicKeyPem);
      }
      const parsed = ssh.utils.parseKey(String(privateKeyOpenssh));
      if (parsed instanceof Error || Array.isArray(parsed))
        throw new Error("The OpenSSH form cannot be read.");
      assert.equal(`${parsed.type} ${parsed.getPublicSSH().toString("base64")}\n`, publicKeyOpenssh);
      assert.equal(parsed.type, type);
      assert.match(String(state.fields.publicKeyFingerprintSha256), /^SHA256:[\w+/]{43}$/);
      assert.match(String(state.fields.publicKeyFingerprintMd5), /^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
      assert.deepEqual(state.secrets.flat().sort(), [
        "privateKeyOpenssh",
        "privateKeyPem",
        "privateKeyPemPkcs8",
      ]);
    });
  }

  test("on a curve that OpenSSH does not know has no OpenSSH forms", async () => {
    const { state } = await lifeOf(privateKey, undefined).create({ algorithm: "ECDSA" });
    assert.equal(state.fields.ecdsaCurve, "P224");
    assert.equal(state.fields.publicKeyOpenssh, "");
  });
});
