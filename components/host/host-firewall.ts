import * as pulumi from "@pulumi/pulumi";
import * as digitalocean from "../digitalocean.ts";
import { importing } from "../importing.ts";

/** What a host lets in. */
export interface HostFirewallArgs {
  /** Name of the firewall. */
  readonly firewallName: string;
  /** Tag of the droplets it stands before. */
  readonly tag: pulumi.Input<string>;
  /** Address ranges that may reach port 22. */
  readonly sshFrom: readonly string[];
  /** Id of a live firewall to take over instead of making one. */
  readonly importId?: string | undefined;
}

const world = ["0.0.0.0/0", "::/0"];

/** Ports the world may reach: plain HTTP, only to be redirected, and HTTPS. */
const webPorts = ["80", "443"];

/**
 * A cloud firewall that says the same as the host's own: 80 and 443 for everyone, 22 for the stated addresses, nothing
 * else in; everything out, because a direction without rules is closed.
 * Limits: https://docs.digitalocean.com/products/networking/firewalls/details/limits/
 */
export class HostFirewall extends pulumi.ComponentResource {
  readonly firewallId: pulumi.Output<string>;

  constructor(name: string, args: HostFirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:host:HostFirewall", name, {}, opts);

    const firewall = new digitalocean.Firewall(
      `${name}-rules`,
      {
        name: args.firewallName,
        tags: [args.tag],
        inboundRules: [
          { protocol: "tcp", portRange: "22", sourceAddresses: [...args.sshFrom] },
          ...webPorts.map((portRange) => ({ protocol: "tcp", portRange, sourceAddresses: world })),
        ],
        outboundRules: [
          { protocol: "tcp", portRange: "1-65535", destinationAddresses: world },
          { protocol: "udp", portRange: "1-65535", destinationAddresses: world },
          { protocol: "icmp", destinationAddresses: world },
        ],
      },
      { parent: this, ...importing(args.importId) },
    );

    this.firewallId = firewall.id;
    this.registerOutputs({ firewallId: this.firewallId });
  }
}
