import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, suite, test } from "node:test";
import { testSigningKey } from "../support/signing-key.ts";

const endOfSignature = "-----END SSH SIGNATURE-----\n";

suite("what is sent to a host", () => {
  const folder = mkdtempSync(join(tmpdir(), "signature-"));
  after(() => rmSync(folder, { recursive: true }));
  const key = testSigningKey();
  const document = JSON.stringify({ bundle: { host: "erp", text: "ä\n".repeat(1000) } });
  const signed = key.signed(document);

  /** Whether OpenSSH takes a signature for a document, by a key, for a purpose. */
  function isTaken(text: string, publicKey: string, namespace = "insightpulse-converge"): boolean {
    const at = text.indexOf(endOfSignature) + endOfSignature.length;
    const [signature, signers] = [join(folder, "signature"), join(folder, "signers")];
    writeFileSync(signature, text.slice(0, at));
    writeFileSync(signers, `erp ${publicKey}\n`);
    const words = ["-Y", "verify", "-f", signers, "-I", "erp", "-n", namespace, "-s", signature];
    return spawnSync("ssh-keygen", words, { input: text.slice(at) }).status === 0;
  }

  test("is the document as it is, behind a signature that OpenSSH verifies", () => {
    assert.ok(signed.endsWith(`${endOfSignature}${document}`));
    assert.ok(isTaken(signed, key.publicKey));
  });

  test("is worth nothing when it was changed, signed by another or signed for something else", () => {
    assert.ok(!isTaken(signed.replace('"erp"', '"ocr"'), key.publicKey));
    assert.ok(!isTaken(`${signed}\n`, key.publicKey));
    assert.ok(!isTaken(signed, testSigningKey().publicKey));
    assert.ok(!isTaken(signed, key.publicKey, "git"));
  });

  test("is the same for the same document, so that nothing is sent twice", () => {
    assert.equal(key.signed(document), signed);
  });
});
