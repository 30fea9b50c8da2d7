// The certificate library injects its own parts by metadata on classes, and says so only when it is missing.
import "reflect-metadata";
import { createPrivateKey, KeyObject, webcrypto } from "node:crypto";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { readText, writeWhole } from "../engine/files.ts";

/** A private key with its certificate, both as PEM. */
export interface KeyPair {
  readonly key: string;
  readonly certificate: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const dayMs = 24 * 3_600_000;
/** As long as a state folder can be expected to live. */
const authorityDays = 3650;
/** The longest that clients accept for a server. */
const serverDays = 397;
/** Clocks of clients may be a little behind. */
const beginsEarlierMs = 3_600_000;
/** A common name holds no more; the names that count stand in the extension anyway. */
const longestCommonName = 64;

x509.cryptoProvider.set(webcrypto);

/** The one certificate authority of a sandbox. Its key never leaves the state folder. */
export class Authority {
  /** What clients must trust, as PEM. */
  readonly certificate: string;
  readonly #issuer: x509.X509Certificate;
  readonly #key: webcrypto.CryptoKey;

  private constructor(certificate: string, key: webcrypto.CryptoKey) {
    this.certificate = certificate;
    this.#issuer = new x509.X509Certificate(certificate);
    this.#key = key;
  }

  /** The authority kept in a folder, made the first time. */
  static async open(folder: string): Promise<Authority> {
    const keyFile = join(folder, "authority.key");
    const certificateFile = join(folder, "authority.pem");
    const [key, certificate] = [readText(keyFile), readText(certificateFile)];
    if (key !== undefined && certificate !== undefined)
      return new Authority(certificate, await importKey(key));
    const made = await makeAuthority();
    writeWhole(keyFile, made.key);
    // Last: with it the authority is whole. Everybody may read it.
    writeWhole(certificateFile, made.certificate, 0o644);
    return new Authority(made.certificate, await importKey(made.key));
  }

  /** Issues a certificate for a server with these names, of which the first is its common name. */
  async issue(names: readonly string[]): Promise<KeyPair> {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.create({
      subject: [{ CN: [(names[0] ?? "").slice(0, longestCommonName)] }],
      issuer: this.#issuer.subject,
      ...validity(serverDays),
      publicKey: keys.publicKey,
      signingKey: this.#key,
      signingAlgorithm: algorithm,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns", value }))),
        // Strict clients, Python's among them, refuse a certificate without the two.
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(this.#issuer.publicKey),
      ],
    });
    return { key: exportKey(keys.privateKey), certificate: `${certificate.toString("pem")}\n` };
  }
}

async function makeAuthority(): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ["InsightPulse sandbox authority"] }],
    ...validity(authorityDays),
    keys: keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { key: exportKey(keys.privateKey), certificate: `${certificate.toString("pem")}\n` };
}

function validity(days: number): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - beginsEarlierMs), notAfter: new Date(now + days * dayMs) };
}

function exportKey(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: "pkcs8", format: "pem" }) as string;
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
  return webcrypto.subtle.importKey("pkcs8", der, algorithm, true, ["sign"]);
}
