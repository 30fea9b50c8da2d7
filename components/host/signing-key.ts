import { createPrivateKey } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { signDocument } from "./sign-document.ts";

/**
 * The key pair whose signature hosts ask for before they apply anything: the deploy key alone changes nothing on them. The
 * private half only lives in the stack's state, and never on a host: protect it in production.
 */
export class SigningKey extends pulumi.ComponentResource {
  /** OpenSSH form, one line. */
  readonly publicKey: pulumi.Output<string>;
  readonly #privateKey: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:host:SigningKey", name, {}, opts);
    const pair = new tls.PrivateKey(`${name}-pair`, { algorithm: "ED25519" }, { parent: this });
    this.publicKey = pair.publicKeyOpenssh.apply((line) => line.trim());
    this.#privateKey = pulumi.secret(pair.privateKeyPem);
    this.registerOutputs({ publicKey: this.publicKey });
  }

  /** The document behind its signature; secret. The same document has the same signature, so that nothing is sent twice. */
  sign(document: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.secret(
      pulumi
        .all([document, this.#privateKey])
        .apply(([text, privateKey]) => signDocument(text, createPrivateKey(privateKey))),
    );
  }
}
