import { join } from "node:path";
import type { Configuration } from "../../config/configuration.ts";
import { planDnsRecords } from "../../config/derive/dns-records.ts";
import { planHosts } from "../../config/derive/hosts.ts";
import { deployKeyName } from "../../config/naming.ts";
import { appServices } from "../../config/resolve.ts";
import { environments, root, settingsFile } from "../environments.ts";
import { plainConfiguration } from "../plain-configuration.ts";
import { stackResources } from "../stack/resources.ts";
import { stackExists } from "../state/stack-state.ts";
import type { Match } from "./match.ts";
import type { Owned } from "./orphans.ts";

/**
 * Who owns what is in the account: this environment what it is matched with, every environment what is in its state or is
 * declared by its settings.
 *
 * @param config of the environment that is adopted; those of the others are read from the repository
 */
export async function ownedBy(config: Configuration, matches: readonly Match[]): Promise<Owned> {
  const others = environments()
    .filter((name) => name !== config.environment)
    .map((name) => plainConfiguration(name, join(root, settingsFile(name))));
  const all = [config, ...others];
  const states = await Promise.all(all.map(({ environment }) => idsInState(environment)));
  return {
    ids: new Set([...matches.map(({ thing }) => thing.id), ...states.flat()]),
    records: new Set(all.flatMap(declaredRecords)),
    names: new Set(all.flatMap(declaredNames)),
  };
}

async function idsInState(environment: string): Promise<string[]> {
  if (!(await stackExists(environment))) return [];
  const resources = await stackResources(environment);
  return resources.flatMap(({ id, urn, outputs }) => {
    if (id === undefined) return [];
    // A record's id is unique within its zone only.
    return urn.includes("digitalocean:index/dnsRecord:DnsRecord") ? [`${outputs.domain}/${id}`] : [id];
  });
}

function declaredRecords(config: Configuration): string[] {
  return planDnsRecords(config.resolvedServices, config).map(
    ({ name, type }) => `${type} ${name === "@" ? config.domain : `${name}.${config.domain}`}`,
  );
}

function declaredNames(config: Configuration): string[] {
  return [
    ...Object.values(planHosts(config)).flatMap(({ droplet, firewallName }) => [
      `droplet ${droplet.dropletName}`,
      `firewall ${firewallName}`,
    ]),
    ...Object.keys(config.volumes).map((name) => `volume ${name}`),
    ...appServices(config.resolvedServices).map(({ appName }) => `app ${appName}`),
    `zone ${config.domain}`,
    `key ${deployKeyName(config.environment)}`,
    `registry ${config.registry.name}`,
    `project ${config.project.name}`,
  ];
}
