import { readdirSync, readFileSync } from "node:fs";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { connectionTo, type HostConnection } from "./connection.ts";
import type { SigningKey } from "./signing-key.ts";

const folder = new URL("../../host/converge/", import.meta.url);

/** What a host is made into, and how it is reached. */
export interface ConvergenceArgs extends HostConnection {
  /** Which machine it is: another one in its place has nothing yet, also where it has the same address. */
  readonly dropletId: pulumi.Input<string>;
  /** The document the host's program applies; kept secret as a whole, for it holds passwords. */
  readonly bundle: pulumi.Input<object>;
  /** The key whose signature the host asks for. */
  readonly signingKey: Pick<SigningKey, "sign">;
}

/**
 * Converges one host over SSH: the program in `host/converge/` and the bundle travel through standard input, so that no
 * secret is ever an argument, behind the signature without which the host runs nothing of it. Runs when either of them or the
 * machine changes. Deleting it leaves the host as it is.
 */
export class Convergence extends pulumi.ComponentResource {
  /** What the last run printed: one line for each change. */
  readonly report: pulumi.Output<string>;

  constructor(name: string, args: ConvergenceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:host:Convergence", name, {}, opts);
    const document = pulumi
      .output(args.bundle)
      .apply((bundle) => JSON.stringify({ bootstrap, program, bundle }));
    this.report = new command.remote.Command(
      `${name}-apply`,
      {
        connection: connectionTo(args),
        // An error quotes the command, so it is short.
        create: "sudo -n /usr/local/sbin/converge-signed apply",
        stdin: args.signingKey.sign(document),
        triggers: [args.dropletId],
        // A secret's name in a log line would be enough to make it worth reading: only errors are shown.
        logging: command.remote.Logging.Stderr,
        // Hosts take no variables from a connection.
        addPreviousOutputInEnv: false,
      },
      { parent: this },
    ).stdout;
    this.registerOutputs({ report: this.report });
  }
}

/** What puts the host's program in place there. */
const bootstrap = readFileSync(new URL("bootstrap.py", folder), "utf8");

/** The host's program, by file. */
const program: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(folder)
    .filter((file) => file.endsWith(".py") && file !== "bootstrap.py")
    .sort()
    .map((file) => [file, readFileSync(new URL(file, folder), "utf8")]),
);
