import { planHosts } from "../../config/derive/hosts.ts";
import type { Configuration } from "../../config/load.ts";
import { appServices, hostServices } from "../../config/resolve.ts";
import type { Kind, LiveThing } from "./live-thing.ts";

/** Something the program declares, which may be in the account already. */
export interface Wanted {
  /** Where its id stands in the settings, below `adopt`. */
  readonly path: readonly string[];
  readonly kind: Kind;
  /** What it is called in the account. */
  readonly name: string;
  readonly region?: string;
  /** The id in the settings, where there is one. */
  readonly statedId?: string;
  /**
   * What else would tell it, given what has been matched before it: the addresses that names lead to, the droplets it belongs
   * to.
   */
  readonly traits: (matched: ReadonlyMap<string, LiveThing>) => readonly string[];
}

/**
 * What can be adopted, in the order in which it is matched: hosts first, since firewalls and networks are known by them.
 *
 * @param account what names lead to is read from its records
 */
export function wantedBy(config: Configuration, account: readonly LiveThing[]): Wanted[] {
  const { adopt } = config;
  const hosts = Object.entries(planHosts(config));
  const hostIds = (matched: ReadonlyMap<string, LiveThing>, names: readonly string[]) =>
    names.flatMap((name) => matched.get(`hosts.${name}`)?.id ?? []);
  return [
    ...hosts.map(
      ([host, { droplet }]): Wanted => ({
        ...{ path: ["hosts", host], kind: "droplet", name: droplet.dropletName, region: droplet.region },
        ...stated(adopt.hosts[host]),
        traits: () => addressesOf(config, host, account),
      }),
    ),
    ...Object.keys(config.networks).map((region): Wanted => {
      const within = hosts.filter(([, { droplet }]) => droplet.region === region).map(([host]) => host);
      const named = `default-${region}`;
      return {
        ...{
          path: ["networks", region],
          kind: "network",
          name: named,
          region,
          ...stated(adopt.networks[region]),
        },
        traits: (matched) => hostIds(matched, within),
      };
    }),
    ...hosts.map(
      ([host, { firewallName }]): Wanted => ({
        ...{
          path: ["firewalls", host],
          kind: "firewall",
          name: firewallName,
          ...stated(adopt.firewalls[host]),
        },
        traits: (matched) => hostIds(matched, [host]),
      }),
    ),
    ...Object.entries(config.volumes).map(
      ([volume, { region }]): Wanted => ({
        ...{
          path: ["volumes", volume],
          kind: "volume",
          name: volume,
          region,
          ...stated(adopt.volumes[volume]),
        },
        traits: () => [],
      }),
    ),
    ...appServices(config.resolvedServices).map(
      ({ name, appName, hostName }): Wanted => ({
        ...{ path: ["apps", name], kind: "app", name: appName, ...stated(adopt.apps[name]) },
        traits: () => [hostName],
      }),
    ),
    ...(config.registry.managed
      ? [single(["registry"], "registry", config.registry.name, adopt.registry)]
      : []),
    single(["project"], "project", config.project.name, adopt.project),
  ];
}

const stated = (id: string | undefined) => (id === undefined ? {} : { statedId: id });

function single(path: readonly string[], kind: Kind, name: string, id: string | undefined): Wanted {
  return { path, kind, name, ...stated(id), traits: () => [] };
}

/** Where the names of a host's services lead today: that machine is the host, whatever it is called. */
function addressesOf(config: Configuration, host: string, account: readonly LiveThing[]): string[] {
  const names = new Set(
    hostServices(config.resolvedServices)
      .filter((service) => service.host === host)
      .map(({ hostName }) => hostName),
  );
  return account
    .filter(({ kind, name, traits: [type] }) => kind === "record" && type === "A" && names.has(name))
    .flatMap(({ traits: [, data] }) => data ?? []);
}
