import type { Configuration } from "../../config/configuration.ts";
import { dnsProviders } from "../../config/derive/dns-providers.ts";
import { planDnsRecords, type RecordTarget } from "../../config/derive/dns-records.ts";
import { planHosts } from "../../config/derive/hosts.ts";
import { appServices, hostServices } from "../../config/resolve.ts";
import type { Kind, LiveThing } from "./live-thing.ts";

/** What a declared record is told by, beside its name. */
export interface WantedRecord {
  readonly zone: string;
  readonly type: string;
  /** CAA: which kind of certificate it is about. */
  readonly tag: string | undefined;
}

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
  /** Only of a record; its traits are what it should answer with. */
  readonly record?: WantedRecord;
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
    ...namesWanted(config, account),
  ];
}

const stated = (id: string | undefined) => (id === undefined ? {} : { statedId: id });

function single(path: readonly string[], kind: Kind, name: string, id: string | undefined): Wanted {
  return { path, kind, name, ...stated(id), traits: () => [] };
}

/** The zone and its records, where the zone is in the account already; a zone that is not is made with all of them. */
function namesWanted(config: Configuration, account: readonly LiveThing[]): Wanted[] {
  const { adopt, dns, domain } = config;
  const isThere = account.some(({ kind, name }) => kind === "zone" && name === domain);
  if (!dnsProviders(dns).includes("digitalocean") || (!isThere && adopt.zone === undefined)) return [];
  return [
    single(["zone"], "zone", domain, adopt.zone),
    ...planDnsRecords(config.resolvedServices, config).map(({ key, name, type, tag, target }): Wanted => {
      const id = adopt.records[key];
      return {
        ...{ path: ["records", key], kind: "record", name: name === "@" ? domain : `${name}.${domain}` },
        ...stated(id === undefined ? undefined : `${domain}/${id}`),
        record: { zone: domain, type, tag },
        traits: (matched) => answers(target, matched),
      };
    }),
  ];
}

/** What a record should answer with, given what has been matched before it; an app's own name is not known. */
function answers(target: RecordTarget, matched: ReadonlyMap<string, LiveThing>): readonly string[] {
  switch (target.kind) {
    case "host":
      return matched.get(`hosts.${target.host}`)?.traits ?? [];
    case "app":
      return [];
    case "name":
      return [target.name];
    case "text":
      return [target.text];
  }
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
