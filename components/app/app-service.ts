import * as pulumi from "@pulumi/pulumi";
import * as digitalocean from "../digitalocean.ts";
import { importing } from "../importing.ts";
import { appSpecification, type SpecificationInput } from "./specification.ts";

/** What an app is made of. */
export interface AppServiceArgs extends SpecificationInput {
  /**
   * Whether the stack owns the specification. An adopted app can be left as it was found until its own people are
   * ready: then nothing of it is changed, and nothing is redeployed. @default true
   */
  readonly ownsSpecification?: boolean;
  /** Id of a live app to take over instead of making one. */
  readonly importId?: string | undefined;
}

/** A service on App Platform. It holds no data: a lost app is deployed again. */
export class AppService extends pulumi.ComponentResource {
  /** DigitalOcean's URN, for projects. */
  readonly appUrn: pulumi.Output<string>;
  /** Host name the platform itself gave the app; what the service's CNAME points at. */
  readonly ingressHost: pulumi.Output<string>;

  constructor(name: string, args: AppServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:app:AppService", name, {}, opts);
    const app = new digitalocean.App(
      `${name}-app`,
      { spec: appSpecification(args) },
      {
        parent: this,
        ...(args.ownsSpecification === false ? { ignoreChanges: ["spec"] } : {}),
        ...importing(args.importId),
      },
    );
    this.appUrn = app.appUrn;
    this.ingressHost = pulumi
      .all([app.defaultIngress, app.id])
      .apply(([url, id]) => hostOf(url, { name: args.appName, id }));
    this.registerOutputs({ appUrn: this.appUrn, ingressHost: this.ingressHost });
  }
}

/** Host of an app's address; an app whose first deployment failed has none, and every name that points at it would break. */
export function hostOf(url: string, { name, id }: { readonly name: string; readonly id: string }): string {
  if (url !== "") return new URL(url).host;
  throw new pulumi.RunError(
    `app ${name} has no address, because none of its deployments has succeeded. See why with ` +
      `\`doctl apps list-deployments ${id}\`. Correct what was wrong with it in the configuration and run \`pulumi up\`; ` +
      `if nothing was, \`doctl apps create-deployment ${id} --wait\`, then \`pulumi up --refresh\`.`,
  );
}
