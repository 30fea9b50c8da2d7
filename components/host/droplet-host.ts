import * as pulumi from "@pulumi/pulumi";
import type { Administrators } from "../../config/schema.ts";
import * as digitalocean from "../digitalocean.ts";
import { importing } from "../importing.ts";
import { activeAddress } from "./active-address.ts";
import { renderCloudInit } from "./cloud-init.ts";

/** What a host is made of. */
export interface DropletHostArgs {
  /** Name of the droplet. */
  readonly dropletName: string;
  readonly region: string;
  /** Size slug. A change resizes in place, with a power cycle. */
  readonly size: pulumi.Input<string>;
  /** Image slug, only used when the droplet is made. A GPU size needs the vendor's image with its driver. */
  readonly image: string;
  readonly vpcId: pulumi.Input<string>;
  /** Tags; firewall and alerts find the droplet by them. */
  readonly tags: pulumi.Input<string>[];
  /** User the deploy key opens, made by cloud-init when the droplet is made, as administrators are. */
  readonly deployUser: string;
  /** Key of the host in the configuration. */
  readonly host: string;
  readonly administrators: Administrators;
  /** Public half of the key that signs what is applied. */
  readonly signingPublicKey: pulumi.Input<string>;
  /** Public half of the deploy key, as text and by its id in the account. */
  readonly deployKey: { readonly publicKey: pulumi.Input<string>; readonly keyId: pulumi.Input<string> };
  /** Whether a bigger size also grows the disk, which can never be undone. @default false */
  readonly growDisk?: boolean;
  /** Weekly backups by DigitalOcean. @default false */
  readonly backups?: boolean;
  /** A public IPv6 address. Switching it off replaces the droplet. @default false */
  readonly ipv6?: boolean;
  /** An address that outlives the droplet. @default false: the droplet's own address is used */
  readonly reservedIp?: boolean;
  /** How long to wait for a new droplet to become active. @default "10m": the provider's own hour is too long a silence */
  readonly createTimeout?: string;
  /** Id of a live droplet to take over instead of making one. */
  readonly importId?: string | undefined;
}

/**
 * A droplet that is converged, not rebuilt. It holds data: protect it in production.
 *
 * Whatever would replace it (image, keys, user data, monitoring agent) is read when the droplet is made and ignored
 * afterwards, so that no edit can throw a machine away. `pulumi up --replace URN` rebuilds it on purpose.
 */
export class DropletHost extends pulumi.ComponentResource {
  readonly dropletId: pulumi.Output<string>;
  /** DigitalOcean's URN, for projects. */
  readonly dropletUrn: pulumi.Output<string>;
  /** The address the world uses: the reserved one if there is one. */
  readonly publicAddress: pulumi.Output<string>;
  readonly privateAddress: pulumi.Output<string>;

  constructor(name: string, args: DropletHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("insightpulse:host:DropletHost", name, {}, opts);
    const { host, deployUser, administrators } = args;

    const droplet = new digitalocean.Droplet(
      `${name}-droplet`,
      {
        name: args.dropletName,
        region: args.region,
        size: args.size,
        image: args.image,
        vpcUuid: args.vpcId,
        tags: args.tags,
        userData: pulumi
          .all([args.deployKey.publicKey, args.signingPublicKey])
          .apply(([deployPublicKey, signingPublicKey]) =>
            renderCloudInit({ host, deployUser, administrators, deployPublicKey, signingPublicKey }),
          ),
        sshKeys: [args.deployKey.keyId],
        resizeDisk: args.growDisk ?? false,
        backups: args.backups ?? false,
        ipv6: args.ipv6 ?? false,
        monitoring: true,
      },
      {
        parent: this,
        customTimeouts: { create: args.createTimeout ?? "10m" },
        ignoreChanges: ["image", "sshKeys", "userData", "monitoring"],
        ...importing(args.importId),
      },
    );

    this.dropletId = droplet.id;
    this.dropletUrn = droplet.dropletUrn;
    this.privateAddress = droplet.ipv4AddressPrivate;
    this.publicAddress = args.reservedIp
      ? new digitalocean.ReservedIp(
          `${name}-address`,
          { region: args.region, dropletId: droplet.id.apply(Number) },
          { parent: this },
        ).ipAddress
      : pulumi
          .all([droplet.ipv4Address, droplet.status, droplet.id, droplet.urn])
          .apply(([address, status, id, urn]) => activeAddress({ address, status, id, urn }));

    this.registerOutputs({
      dropletId: this.dropletId,
      dropletUrn: this.dropletUrn,
      publicAddress: this.publicAddress,
      privateAddress: this.privateAddress,
    });
  }
}
