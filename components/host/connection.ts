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
  /** After how many seconds a host that does not answer is given up. @default 240 */
  readonly giveUpAfterSeconds?: number;
}

const perDialTimeout = 5;
/** The provider's pauses between two tries grow to as much. */
const longestPause = 5;

/**
 * A connection that waits for a host, but not for ever. The provider tries once more than the limit says: a new droplet may
 * refuse SSH for a minute and a half, and a dead one is given up with the reason.
 */
export function connectionTo({
  address,
  user,
  privateKey,
  giveUpAfterSeconds = 240,
}: HostConnection): command.types.input.remote.ConnectionArgs {
  return {
    host: address,
    user,
    privateKey: pulumi.secret(privateKey),
    dialErrorLimit: Math.round(giveUpAfterSeconds / (perDialTimeout + longestPause)) + 1,
    perDialTimeout,
  };
}
