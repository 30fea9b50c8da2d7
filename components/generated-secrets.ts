import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { lookup } from "../config/records.ts";

/** Which secrets to make. */
export interface GeneratedSecretsArgs {
  /** Their names; each is one resource, so that one can be rotated alone. */
  readonly secretNames: readonly string[];
  /** How often each has been rotated: another number makes a new value. Never, when left out. */
  readonly rotations?: Readonly<Record<string, number>>;
  /** Characters of each. @default 40 */
  readonly length?: number;
}

/**
 * Passwords and keys nobody has to think of, one resource each. They hold data hostage (n8n's encryption key opens every
 * credential stored in it): protect them in production.
 *
 * Letters and digits only: they stand in connection strings, environment files and INI files without quoting.
 */
export class GeneratedSecrets extends pulumi.ComponentResource {
  /** The values by name; secret. */
  readonly values: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: GeneratedSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:secrets:GeneratedSecrets", name, {}, opts);
    this.values = Object.fromEntries(
      args.secretNames.map((secret) => [
        secret,
        new random.RandomPassword(
          `${name}-${secret}`,
          { length: args.length ?? 40, special: false, ...keepersOf(args.rotations?.[secret] ?? 0) },
          { parent: this },
        ).result,
      ]),
    );
    this.registerOutputs({ values: this.values });
  }

  /**
   * One of the values.
   *
   * @throws Error when no such secret is made
   */
  value(secret: string): pulumi.Output<string> {
    return lookup(this.values, secret, "generated secret");
  }
}

/** What never was rotated has none, so that what was made before there were rotations stays what it is. */
function keepersOf(rotation: number): { keepers?: Record<string, string> } {
  return rotation === 0 ? {} : { keepers: { rotation: String(rotation) } };
}
