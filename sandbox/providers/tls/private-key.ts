import type { KeyObject } from "node:crypto";
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import sshpk from "sshpk";
import { Failure } from "../framework/errors.ts";
import { number, string } from "../framework/properties.ts";
import type { Resource } from "../framework/resource.ts";
import type { Fields } from "../framework/values.ts";
import { textOf } from "../framework/values.ts";

const CURVES: { [name: string]: string } = {
  P224: "secp224r1",
  P256: "prime256v1",
  P384: "secp384r1",
  P521: "secp521r1",
};
// OpenSSH has no P-224.
const CURVES_WITHOUT_OPENSSH = ["P224"];

/** A private key and its public half. Stateful: it lives in the stack's state alone. */
export const privateKey: Resource<void> = {
  token: "tls:index/privateKey:PrivateKey",
  importable: false,
  inputs: {
    algorithm: string({ required: true, replace: true, oneOf: ["RSA", "ECDSA", "ED25519"] }),
    ecdsaCurve: string({
      default: "P224",
      plannedDefault: true,
      replace: true,
      oneOf: Object.keys(CURVES),
    }),
    rsaBits: number({ default: 2048, plannedDefault: true, replace: true }),
  },
  outputs: {
    privateKeyOpenssh: string({ secret: true }),
    privateKeyPem: string({ secret: true }),
    privateKeyPemPkcs8: string({ secret: true }),
    publicKeyFingerprintMd5: string(),
    publicKeyFingerprintSha256: string(),
    publicKeyOpenssh: string(),
    publicKeyPem: string(),
  },
  create: async (_clients, inputs) => {
    const pkcs8 = generate(inputs);
    return { id: identify(pkcs8), state: describe(pkcs8, inputs) };
  },
  read: async (_clients, id) => ({ id, state: {} }),
  delete: async () => {},
};

/** A new private key in PKCS#8 form. */
function generate({ algorithm, ecdsaCurve, rsaBits }: Fields): string {
  switch (algorithm) {
    case "RSA":
      return toPkcs8(generateKeyPairSync("rsa", { modulusLength: Number(rsaBits) }).privateKey);
    case "ECDSA":
      return toPkcs8(generateKeyPairSync("ec", { namedCurve: CURVES[textOf(ecdsaCurve)] ?? "" }).privateKey);
    case "ED25519":
      return toPkcs8(generateKeyPairSync("ed25519").privateKey);
    default:
      throw new Failure(`There is no key algorithm ${textOf(algorithm)}; use RSA, ECDSA or ED25519.`);
  }
}

const toPkcs8 = (key: KeyObject): string => key.export({ type: "pkcs8", format: "pem" }).toString();

/** The official provider's id: the SHA-1 of the public key. */
function identify(pkcs8: string): string {
  const der = createPublicKey(pkcs8).export({ type: "spki", format: "der" });
  return createHash("sha1").update(der).digest("hex");
}

function describe(pkcs8: string, { algorithm, ecdsaCurve }: Fields): Fields {
  const publicKeyPem = createPublicKey(pkcs8).export({ type: "spki", format: "pem" }).toString();
  const hasOpenssh = !(algorithm === "ECDSA" && CURVES_WITHOUT_OPENSSH.includes(textOf(ecdsaCurve)));
  return {
    privateKeyPem: traditionalPem(pkcs8, textOf(algorithm)),
    privateKeyPemPkcs8: pkcs8,
    publicKeyPem,
    ...(hasOpenssh ? opensshForms(pkcs8) : withoutOpenssh),
  };
}

const withoutOpenssh: Fields = {
  privateKeyOpenssh: "",
  publicKeyOpenssh: "",
  publicKeyFingerprintMd5: "",
  publicKeyFingerprintSha256: "",
};

/** RSA and ECDSA keys in the form of their own that tools expect under this name; ED25519 has none but PKCS#8. */
function traditionalPem(pkcs8: string, algorithm: string): string {
  if (algorithm === "ED25519") return pkcs8;
  const type = algorithm === "RSA" ? "pkcs1" : "sec1";
  return createPrivateKey(pkcs8).export({ type, format: "pem" }).toString();
}

function opensshForms(pkcs8: string): Fields {
  const key = sshpk.parsePrivateKey(pkcs8, "pkcs8");
  key.comment = "";
  const publicKey = key.toPublic();
  const [type, body] = publicKey.toString("ssh").split(" ");
  return {
    privateKeyOpenssh: `${key.toString("openssh").trimEnd()}\n`,
    publicKeyOpenssh: `${type} ${body}\n`,
    publicKeyFingerprintMd5: publicKey.fingerprint("md5").toString("hex").replace(/^MD5:/, ""),
    publicKeyFingerprintSha256: publicKey.fingerprint("sha256").toString(),
  };
}
