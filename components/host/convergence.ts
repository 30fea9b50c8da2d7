import { readdirSync, readFileSync } from "node:fs";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";

const folder = new URL("../../host/converge/", import.meta.url);
const bootstrap = readFileSync(new URL("bootstrap.py", folder), "utf8");

/** What a host is made into, and how it is reached. */
export interface ConvergenceArgs {
  /** Public address of the host. */
  readonly address: pulumi.Input<string>;
  /** User who may become root there without a password. */
  readonly deployUser: string;
  /** OpenSSH form; secret. */
  readonly privateKey: pulumi.Input<string>;
  /** The document the host's program applies; kept secret as a whole, for it holds passwords. */
  readonly bundle: pulumi.Input<object>;
}

/**
 * Converges one host over SSH: the program in `host/converge/` and the bundle travel through standard input, so that no
 * secret is ever an argument. Runs when either of them changes.
 *
 * A host that does not answer fails with its reason: fifteen attempts of ten seconds at most, with pauses that grow to
 * eight seconds (a new droplet refuses SSH for half a minute; a dead one is given up after less than five).
 */
export class Convergence extends pulumi.ComponentResource {
  /** What the last run printed: one line for each change. */
  readonly report: pulumi.Output<string>;

  constructor(name: string, args: ConvergenceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:host:Convergence", name, {}, opts);
    const document = pulumi.output(args.bundle).apply((bundle) => JSON.stringify({ program, bundle }));
    this.report = new command.remote.Command(
      `${name}-apply`,
      {
        connection: {
          host: args.address,
          user: args.deployUser,
          privateKey: pulumi.secret(args.privateKey),
          dialErrorLimit: 15,
          perDialTimeout: 10,
        },
        create: `sudo python3 -c ${quoted(bootstrap)}`,
        stdin: pulumi.secret(document),
        // A secret's name in a log line would be enough to make it worth reading: only errors are shown.
        logging: command.remote.Logging.Stderr,
      },
      { parent: this },
    ).stdout;
    this.registerOutputs({ report: this.report });
  }
}

/** The host's program, by file. */
const program: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(folder)
    .filter((file) => file.endsWith(".py") && file !== "bootstrap.py")
    .sort()
    .map((file) => [file, readFileSync(new URL(file, folder), "utf8")]),
);

/** A text as one word of the shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
