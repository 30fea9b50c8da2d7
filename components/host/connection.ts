import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

/** How a host is reached by SSH. */
export interface HostConnection {
  /** Public address of the host. */
  readonly address: pulumi.Input<string>;
  /** User who may become root there without a password. */
  readonly user: string;
  /** OpenSSH form; secret. */
  readonly privateKey: pulumi.Input<string>;
}

/**
 * A connection that waits for a host, but not for ever. The provider tries once more than the limit says, with pauses that
 * grow to five seconds: a new droplet may refuse SSH for a minute and a half, and a dead one is given up, with the reason,
 * after less than five.
 */
export function connectionTo({
  address,
  user,
  privateKey,
}: HostConnection): command.types.input.remote.ConnectionArgs {
  return {
    host: address,
    user,
    privateKey: pulumi.secret(privateKey),
    dialErrorLimit: 25,
    perDialTimeout: 5,
  };
}
