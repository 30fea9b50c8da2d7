import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, type KeyObject, sign, webcrypto } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { callSite, type HttpsAnswer } from "./https.ts";

const base64 = (value: string | Buffer): string => Buffer.from(value).toString("base64url");
const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const deadlineMs = 120_000;

interface Order {
  status: string;
  authorizations: string[];
  finalize: string;
  certificate?: string;
}
interface Authorization {
  status: string;
  identifier: { value: string };
  wildcard?: boolean;
  challenges: { type: string; url: string; token: string; error?: { detail: string } }[];
}

/** Publishes a proof as the TXT record of a name. */
export type Publish = (name: string, value: string) => Promise<void>;

/** As much of RFC 8555 as it takes to get a certificate by DNS-01, with a fresh account. */
export class AcmeClient {
  readonly #port: number;
  readonly #ca: string;
  readonly #key: KeyObject;
  readonly #jwk: { crv: string; kty: string; x: string; y: string };
  #directory: Record<"newNonce" | "newAccount" | "newOrder", string> | undefined;
  #account: string | undefined;
  #nonce: string | undefined;

  constructor(port: number, ca: string) {
    this.#port = port;
    this.#ca = ca;
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#key = pair.privateKey;
    const { crv = "", kty = "", x = "", y = "" } = pair.publicKey.export({ format: "jwk" });
    // In this order: the thumbprint is over exactly this text.
    this.#jwk = { crv, kty, x, y };
  }

  /** Registers, proves every name, and gives the chain as PEM. Refused proofs are thrown, in the server's words. */
  async obtain(
    directory: string,
    names: string[],
    publish: Publish,
  ): Promise<{ chain: string; key: string }> {
    this.#directory = JSON.parse((await callSite(this.#port, directory, { ca: this.#ca })).text);

    const { newAccount, newOrder } = this.#directory ?? assert.fail();
    const account = await this.#post(newAccount, { termsOfServiceAgreed: true });
    this.#account = account.headers.location ?? assert.fail(account.text);
    const identifiers = names.map((value) => ({ type: "dns", value }));
    const opened = await this.#post(newOrder, { identifiers });
    assert.equal(opened.status, 201, opened.text);
    const orderUrl = opened.headers.location ?? assert.fail();
    const order = JSON.parse(opened.text) as Order;
    for (const url of order.authorizations) await this.#prove(url, publish);

    const keys = await webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
    const request = await x509.Pkcs10CertificateRequestGenerator.create({
      keys,
      signingAlgorithm: ecdsa,
      extensions: [new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: "dns", value })))],
    });
    await this.#post(order.finalize, { csr: base64(Buffer.from(request.rawData)) });
    const ready = await this.#wait<Order>(orderUrl, ({ status }) => status !== "processing");
    assert.equal(ready.status, "valid", JSON.stringify(ready));
    const chain = await this.#post(ready.certificate ?? assert.fail(), undefined);
    const der = await webcrypto.subtle.exportKey("pkcs8", keys.privateKey);
    return { chain: chain.text, key: x509.PemConverter.encode(der, "PRIVATE KEY") };
  }

  async #prove(url: string, publish: Publish): Promise<void> {
    const authorization = await this.#wait<Authorization>(url, () => true);
    const challenge = authorization.challenges.find(({ type }) => type === "dns-01") ?? assert.fail();
    const thumbprint = createHash("sha256").update(JSON.stringify(this.#jwk)).digest("base64url");
    const proof = createHash("sha256").update(`${challenge.token}.${thumbprint}`).digest("base64url");
    await publish(`_acme-challenge.${authorization.identifier.value}`, proof);
    await this.#post(challenge.url, {});
    const done = await this.#wait<Authorization>(url, ({ status }) => status !== "pending");
    if (done.status !== "valid") {
      throw new Error(done.challenges.find(({ error }) => error)?.error?.detail ?? JSON.stringify(done));
    }
  }

  async #wait<T>(url: string, isDone: (value: T) => boolean): Promise<T> {
    for (const end = Date.now() + deadlineMs; ; await pause(50)) {
      const value = JSON.parse((await this.#post(url, undefined)).text) as T;
      if (isDone(value)) return value;
      if (Date.now() > end) assert.fail(`${url} stayed ${JSON.stringify(value)}`);
    }
  }

  async #post(url: string, payload: object | undefined): Promise<HttpsAnswer> {
    this.#nonce ??= (await this.#call(this.#directory?.newNonce ?? "", "HEAD")).headers[
      "replay-nonce"
    ] as string;
    const who = this.#account === undefined ? { jwk: this.#jwk } : { kid: this.#account };
    const head = base64(JSON.stringify({ alg: "ES256", nonce: this.#nonce, url, ...who }));
    const body = payload === undefined ? "" : base64(JSON.stringify(payload));
    const signature = sign("sha256", Buffer.from(`${head}.${body}`), {
      key: this.#key,
      dsaEncoding: "ieee-p1363",
    }).toString("base64url");
    const answer = await this.#call(
      url,
      "POST",
      JSON.stringify({ protected: head, payload: body, signature }),
    );
    this.#nonce = answer.headers["replay-nonce"] as string | undefined;
    return answer;
  }

  #call(url: string, method: string, body = ""): Promise<HttpsAnswer> {
    const headers = { "content-type": "application/jose+json" };
    return callSite(this.#port, url, { ca: this.#ca, method, body, headers });
  }
}
