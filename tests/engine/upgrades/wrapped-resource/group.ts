import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** A component around what used to stand alone. */
export class Group extends pulumi.ComponentResource {
  readonly password: pulumi.Output<string>;

  constructor(name: string, childAliases: pulumi.Alias[]) {
    super("insightpulse:test:Group", name);
    const password = { length: 40, special: false };
    const options = { parent: this, aliases: childAliases };
    this.password = new random.RandomPassword(`${name}-password`, password, options).result;
    this.registerOutputs({ password: this.password });
  }
}
