import * as pulumi from "@pulumi/pulumi";
import * as digitalocean from "../digitalocean.ts";
import { alertTargets, type Notifications } from "./notifications.ts";

/** What is watched of one host. */
export interface HostMonitoringArgs {
  /** How the host is called in messages. */
  readonly hostName: string;
  /** Tag of its droplet; a replacement is watched at once. */
  readonly tag: pulumi.Input<string>;
  readonly cpuPercent: number;
  readonly memoryPercent: number;
  readonly diskPercent: number;
  /** 15-minute load. */
  readonly load: number;
  readonly notifications: Notifications;
}

/**
 * A host's own numbers, watched by DigitalOcean's agent on it.
 * https://docs.digitalocean.com/products/monitoring/
 */
export class HostMonitoring extends pulumi.ComponentResource {
  constructor(name: string, args: HostMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:monitoring:HostMonitoring", name, {}, opts);
    const limits = {
      cpu: { metric: "cpu", value: args.cpuPercent, says: `CPU above ${args.cpuPercent} %` },
      memory: {
        metric: "memory_utilization_percent",
        value: args.memoryPercent,
        says: `memory above ${args.memoryPercent} %`,
      },
      disk: {
        metric: "disk_utilization_percent",
        value: args.diskPercent,
        says: `disk above ${args.diskPercent} %`,
      },
      load: { metric: "load_15", value: args.load, says: `15-minute load above ${args.load}` },
    };
    for (const [key, { metric, value, says }] of Object.entries(limits)) {
      new digitalocean.MonitorAlert(
        `${name}-${key}`,
        {
          type: `v1/insights/droplet/${metric}`,
          description: `${args.hostName}: ${says}`,
          compare: "GreaterThan",
          value,
          window: "5m",
          enabled: true,
          tags: [args.tag],
          alerts: alertTargets(args.notifications),
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
