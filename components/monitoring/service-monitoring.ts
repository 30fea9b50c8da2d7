import * as pulumi from "@pulumi/pulumi";
import * as digitalocean from "../digitalocean.ts";
import { alertTargets, type Notifications } from "./notifications.ts";

/** What is watched of one service. */
export interface ServiceMonitoringArgs {
  /** Address the service itself answers on when it is well. */
  readonly healthUrl: string;
  /** Name of the check and start of the alerts' names. */
  readonly checkName: string;
  /** Alert when the certificate has fewer days left. */
  readonly certificateDays: number;
  readonly notifications: Notifications;
}

/** The regions the service is asked from: where its users are, and where it is not. */
const checkRegions = ["us_west", "se_asia"];

/**
 * A service watched from outside: is it there, and for how long does its certificate last?
 * https://docs.digitalocean.com/products/uptime/
 */
export class ServiceMonitoring extends pulumi.ComponentResource {
  readonly checkId: pulumi.Output<string>;

  constructor(name: string, args: ServiceMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:monitoring:ServiceMonitoring", name, {}, opts);
    const targets = alertTargets(args.notifications);
    const check = new digitalocean.UptimeCheck(
      `${name}-check`,
      { name: args.checkName, target: args.healthUrl, type: "https", regions: checkRegions, enabled: true },
      { parent: this },
    );
    const alert = (what: string, rule: Partial<digitalocean.UptimeAlertArgs> & { type: string }) =>
      new digitalocean.UptimeAlert(
        `${name}-${what}`,
        { name: `${args.checkName}, ${what}`, checkId: check.id, notifications: [targets], ...rule },
        { parent: this, deletedWith: check },
      );
    alert("down", { type: "down", period: "2m" });
    alert("certificate", {
      type: "ssl_expiry",
      comparison: "less_than",
      threshold: args.certificateDays,
      period: "2m",
    });
    this.checkId = check.id;
    this.registerOutputs({ checkId: this.checkId });
  }
}
