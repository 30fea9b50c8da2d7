import { createPublicKey, generateKeyPairSync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { signDocument } from "../../components/host/sign-document.ts";

/** A key that signs for hosts, as the stack's does, without an engine that keeps it. */
export function testSigningKey() {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { x = "" } = createPublicKey(privateKey).export({ format: "jwk" });
  // What SSH writes before the 32 bytes of the key: its type and their number.
  const head = Buffer.from("\0\0\0\x0bssh-ed25519\0\0\0\x20", "latin1");
  const body = Buffer.concat([head, Buffer.from(x, "base64url")]).toString("base64");
  return {
    publicKey: `ssh-ed25519 ${body}`,
    signed: (document: string) => signDocument(document, privateKey),
    sign: (document: pulumi.Input<string>) =>
      pulumi.secret(pulumi.output(document).apply((text) => signDocument(text, privateKey))),
  };
}
