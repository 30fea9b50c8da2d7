import * as pulumi from "@pulumi/pulumi";
import * as digitalocean from "./digitalocean.ts";
import { importing } from "./importing.ts";

/** What the project is and holds. */
export interface AccountProjectArgs {
  readonly projectName: string;
  readonly description: string;
  readonly purpose: string;
  /** DigitalOcean's word: Development, Staging or Production. */
  readonly tier: string;
  /** URNs of droplets, apps, domains, volumes and buckets; nothing else can be in a project. */
  readonly resourceUrns: pulumi.Input<string>[];
  /** Id of a live project to take over instead of making one. */
  readonly importId?: string | undefined;
}

/** The DigitalOcean project in which an environment's resources are shown together. */
export class AccountProject extends pulumi.ComponentResource {
  readonly projectId: pulumi.Output<string>;

  constructor(name: string, args: AccountProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:account:AccountProject", name, {}, opts);
    const project = new digitalocean.Project(
      `${name}-project`,
      {
        name: args.projectName,
        description: args.description,
        purpose: args.purpose,
        environment: args.tier,
      },
      { parent: this, ...importing(args.importId) },
    );
    new digitalocean.ProjectResources(
      `${name}-resources`,
      { project: project.id, resources: args.resourceUrns },
      { parent: this },
    );
    this.projectId = project.id;
    this.registerOutputs({ projectId: this.projectId });
  }
}
