import { readFileSync } from "node:fs";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { HostFile } from "../../host/bundle.ts";
import { connectionTo, type HostConnection } from "./connection.ts";

const script = readFileSync(new URL("../../host/over-ssh/let-deploy-user-in.sh", import.meta.url), "utf8");

/** Who is let in, and by whom. */
export interface HostAccessArgs extends HostConnection {
  /** User who is let in; made where there is none. */
  readonly deployUser: string;
  /** OpenSSH public key that opens it, one line. */
  readonly deployPublicKey: pulumi.Input<string>;
  /** Files by which the host knows what it may be handed by that user. */
  readonly entrance: pulumi.Input<readonly HostFile[]>;
}

/**
 * Lets the deploy user into a host that was not made by this stack. A droplet of the stack has the user from cloud-init.
 *
 * It runs once, when it is made: from the first convergence on, root is not let in any more, and the bundle keeps the
 * user's keys. So no change of an input makes it run again, and deleting it leaves the host as it is. Where it must run
 * again on a host that has been converged (the stack's state is lost, and the host adopted anew), `ssh.adoptionUser` is one of
 * its administrators and `hostAccessKey` that one's key.
 */
export class HostAccess extends pulumi.ComponentResource {
  constructor(name: string, args: HostAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:host:HostAccess", name, {}, opts);
    const lines = pulumi.output(args.entrance).apply((files) => files.map(lineOf).join("\n"));
    new command.remote.Command(
      `${name}-deploy-user`,
      {
        connection: connectionTo(args),
        create: `sudo bash -s -- ${args.deployUser}`,
        stdin: pulumi.interpolate`${script}${args.deployPublicKey}\n${lines}\n`,
        addPreviousOutputInEnv: false,
      },
      { parent: this, ignoreChanges: ["connection", "create", "stdin", "addPreviousOutputInEnv"] },
    );
    this.registerOutputs({});
  }
}

function lineOf({ path, mode, content }: HostFile): string {
  return [path, mode, Buffer.from(content).toString("base64")].join(" ");
}
