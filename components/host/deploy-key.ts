import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { rotatedName } from "../../config/derive/rotated-name.ts";
import * as digitalocean from "../digitalocean.ts";

/** What the deploy key is called. */
export interface DeployKeyArgs {
  /** Name of the public key in the account. */
  readonly keyName: string;
  /**
   * How often it has been rotated: another number makes a new pair, and deletes the one before at the end. Hosts have to
   * accept the new one first (`./scripts/ops rotate deploy-key`). @default 0
   */
  readonly rotation?: number | undefined;
}

/**
 * The key pair that converges every host of an environment. The private half only lives in the stack's state: protect
 * it in production.
 */
export class DeployKey extends pulumi.ComponentResource {
  /** Id of the public key in the account. */
  readonly keyId: pulumi.Output<string>;
  /** OpenSSH form, one line. */
  readonly publicKey: pulumi.Output<string>;
  /** OpenSSH form; secret. */
  readonly privateKey: pulumi.Output<string>;

  constructor(name: string, args: DeployKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:host:DeployKey", name, {}, opts);

    const pairName = rotatedName(`${name}-pair`, args.rotation);
    const pair = new tls.PrivateKey(pairName, { algorithm: "ED25519" }, { parent: this });
    // DigitalOcean hands the key back without the newline that tls puts at its end.
    this.publicKey = pair.publicKeyOpenssh.apply((line) => line.trim());
    this.privateKey = pulumi.secret(pair.privateKeyOpenssh);
    this.keyId = new digitalocean.SshKey(
      `${name}-public`,
      { name: args.keyName, publicKey: this.publicKey },
      { parent: this },
    ).id;

    this.registerOutputs({ keyId: this.keyId, publicKey: this.publicKey, privateKey: this.privateKey });
  }
}
