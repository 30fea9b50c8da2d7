import { readFileSync } from "node:fs";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { connectionTo, type HostConnection } from "./connection.ts";

const script = readFileSync(new URL("../../host/over-ssh/let-deploy-user-in.sh", import.meta.url), "utf8");

/** Who is let in, and by whom. */
export interface HostAccessArgs extends HostConnection {
  /** User who is let in; made where there is none. */
  readonly deployUser: string;
  /** OpenSSH public key that opens it, one line. */
  readonly deployPublicKey: pulumi.Input<string>;
}

/**
 * Lets the deploy user into a host that was not made by this stack. A droplet of the stack has the user from cloud-init.
 *
 * It runs once, when it is made: from the first convergence on, root is not let in any more, and the bundle keeps the
 * user's keys. So no change of an input makes it run again, and deleting it leaves the host as it is. Where it must run
 * again on a host that has been converged (the stack's state is lost, and the host adopted anew), `ssh.adoptionUser` is the
 * deploy user and `hostAccessKey` its key from before.
 */
export class HostAccess extends pulumi.ComponentResource {
  constructor(name: string, args: HostAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:host:HostAccess", name, {}, opts);
    new command.remote.Command(
      `${name}-deploy-user`,
      {
        connection: connectionTo(args),
        create: `sudo bash -s -- ${args.deployUser}`,
        stdin: pulumi.interpolate`${script}${args.deployPublicKey}\n`,
        addPreviousOutputInEnv: false,
      },
      { parent: this, ignoreChanges: ["connection", "create", "stdin", "addPreviousOutputInEnv"] },
    );
    this.registerOutputs({});
  }
}
