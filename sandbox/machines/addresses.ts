/** Addresses that are the sandbox's own, as DigitalOcean has its own in every datacentre. */

/** Where every droplet asks about itself. */
export const metadataAddress = "169.254.169.254";

/** The vendor's resolvers, by their real addresses: the sandbox's internet answers there. */
export const nameServers = ["67.207.67.2", "67.207.67.3"] as const;

/** From where somebody in the sandbox's namespace, who is not a machine, reaches machines. */
export const visitorAddress = "198.18.0.1";

/** All addresses that a visitor may take, so that two visitors can be told apart by a firewall. */
export const visitorRange = "198.18.0.1/24";

/** Addresses of one machine on its two networks. */
export interface MachineAddresses {
  /** Null for a droplet without public networking. */
  readonly publicAddress: string | null;
  readonly privateAddress: string;
  /** Length of the VPC's prefix, for example 20. */
  readonly privatePrefix: number;
}

/** Length of the prefix of a droplet's public network, as the simulated API says. */
export const publicPrefix = 24;

/** The first address of a public network: the way out of it. */
export const gatewayOf = (address: string): string => address.replace(/\d+$/, "1");
