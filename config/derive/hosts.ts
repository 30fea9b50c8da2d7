import { deployUser, firewallName, hostTag } from "../naming.ts";
import { mapValues } from "../records.ts";
import { hostServices, type ResolvedService } from "../resolve.ts";
import type { Settings } from "../schema.ts";
import { dropletSizes, recoverySize } from "../tables/droplet-sizes.ts";

/** Everything about a host that follows from its configuration. */
export interface HostPlan {
  readonly droplet: {
    readonly dropletName: string;
    readonly region: string;
    readonly size: string;
    readonly image: string;
    readonly growDisk: boolean;
    readonly backups: boolean;
    readonly ipv6: boolean;
    readonly reservedIp: boolean;
    readonly createTimeout: string;
  };
  /** Tag of this host alone. */
  readonly tag: string;
  /** Tags beside the stack's own. */
  readonly extraTags: readonly string[];
  readonly firewallName: string;
  /** Services that run on it. */
  readonly services: readonly string[];
  /** 15-minute load that alerts, for its number of cores. */
  readonly load: number;
  /** Smallest size its disk can be restored on; a snapshot is refused on a smaller disk. */
  readonly recoverySize: string | undefined;
}

/** The hosts of an environment, each with what follows from its size, accelerator and place. */
export function planHosts(
  config: Pick<Settings, "environment" | "hosts" | "monitoring"> & {
    readonly resolvedServices: readonly ResolvedService[];
  },
): Record<string, HostPlan> {
  return mapValues(config.hosts, (host, name): HostPlan => {
    const size = dropletSizes[host.size];
    if (size === undefined) throw new Error(`hosts.${name}.size ${host.size} is not in the price table`);
    const { region, growDisk, backups, ipv6, reservedIp, createTimeout } = host;
    return {
      droplet: {
        dropletName: host.name,
        region,
        size: host.size,
        image: size.gpu?.image ?? host.image,
        growDisk,
        backups,
        ipv6,
        reservedIp,
        createTimeout,
      },
      tag: hostTag(config.environment, name),
      extraTags: host.tags,
      firewallName: firewallName(host.name),
      services: hostServices(config.resolvedServices)
        .filter((service) => service.host === name)
        .map((service) => service.name),
      load: size.vcpus * config.monitoring.loadPerCpu,
      recoverySize: recoverySize({ size, diskGib: host.diskGib ?? size.diskGib, region }),
    };
  });
}

/** Command that opens a shell on a host: as its first administrator, or as the deploy user, who may do little there. */
export function sshCommand({ ssh }: Pick<Settings, "ssh">): (address: string) => string {
  const [user = deployUser] = Object.keys(ssh.administrators);
  return (address) => `ssh ${user}@${address}`;
}
