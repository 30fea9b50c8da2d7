import { createHash, createPublicKey, type KeyObject, sign } from "node:crypto";

/** What the signature is for: one that was made for anything else is worth nothing to a host. */
const namespace = "insightpulse-converge";
const hash = "sha512";
const keyType = "ssh-ed25519";

/**
 * A document behind its signature, as `ssh-keygen -Y verify` on the host takes it apart: every host has that program, since it
 * comes with its SSH. Format: https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
 *
 * @param privateKey Ed25519
 */
export function signDocument(document: string, privateKey: KeyObject): string {
  const digest = createHash(hash).update(document).digest();
  const [reserved, preamble] = ["", Buffer.from("SSHSIG")];
  const meant = [field(namespace), field(reserved), field(hash)];
  const signature = sign(null, Buffer.concat([preamble, ...meant, field(digest)]), privateKey);
  const version = Buffer.from([0, 0, 0, 1]);
  const signed = Buffer.concat([field(keyType), field(signature)]);
  const blob = Buffer.concat([preamble, version, field(publicKeyOf(privateKey)), ...meant, field(signed)]);
  const lines = blob.toString("base64").match(/.{1,70}/g) ?? [];
  return ["-----BEGIN SSH SIGNATURE-----", ...lines, "-----END SSH SIGNATURE-----", document].join("\n");
}

/** As SSH writes it. */
function publicKeyOf(privateKey: KeyObject): Buffer {
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  if (x === undefined) throw new Error("documents are signed with an Ed25519 key");
  return Buffer.concat([field(keyType), field(Buffer.from(x, "base64url"))]);
}

/** A text behind its length. */
function field(text: string | Buffer): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
