import * as pulumi from "@pulumi/pulumi";
import * as digitalocean from "./digitalocean.ts";
import { importing } from "./importing.ts";

/** What the registry is. */
export interface ContainerRegistryArgs {
  /** Name, unique over all of DigitalOcean. */
  readonly registryName: string;
  /** Subscription tier: starter, basic or professional. Starter holds one repository of 500 MiB. */
  readonly tier: string;
  readonly region: string;
  /** Name of a live registry to take over instead of making one. */
  readonly importId?: string | undefined;
}

/** The account's container registry. It holds the images a rollback needs: protect it in production. */
export class ContainerRegistry extends pulumi.ComponentResource {
  /** Where images are pushed, `registry.digitalocean.com/<name>`. */
  readonly endpoint: pulumi.Output<string>;

  constructor(name: string, args: ContainerRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:delivery:ContainerRegistry", name, {}, opts);
    const registry = new digitalocean.ContainerRegistry(
      `${name}-registry`,
      { name: args.registryName, subscriptionTierSlug: args.tier, region: args.region },
      {
        parent: this,
        ...importing(args.importId),
      },
    );
    this.endpoint = registry.endpoint;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
