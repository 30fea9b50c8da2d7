import { dnsProviders } from "../derive/dns-providers.ts";
import { planDnsRecords } from "../derive/dns-records.ts";
import { type Fault, removeCommand } from "../fault.ts";
import { appServices, resolveServices } from "../resolve.ts";
import { rule } from "./rule.ts";

/** Only what the program declares can be adopted: an id for something else would silently do nothing. */
export const adoptions = rule(
  ["adopt", "hosts", "networks", "volumes", "services", "domain", "dns", "registry"],
  (settings, { stack, catalogue }) => {
    const services = resolveServices(catalogue, settings);
    const apps = appServices(services).map(({ name }) => name);
    const declared = {
      networks: Object.keys(settings.networks),
      hosts: Object.keys(settings.hosts),
      firewalls: Object.keys(settings.hosts),
      volumes: Object.keys(settings.volumes),
      apps,
      records: planDnsRecords(services, settings).map((record) => record.key),
    };
    const faults: Fault[] = Object.entries(declared).flatMap(([group, names]) =>
      Object.keys(settings.adopt[group as keyof typeof declared])
        .filter((name) => !names.includes(name))
        .map((name) => ({
          path: `adopt.${group}.${name}`,
          problem: `names nothing that the stack declares.`,
          allowed: names.join(", ") || "nothing",
          fix: removeCommand(`adopt.${group}.${name}`, stack),
        })),
    );
    if (settings.adopt.registry !== undefined && !settings.registry.managed) {
      faults.push({
        path: "adopt.registry",
        problem: "is set, but registry.managed is false: this stack only uses the registry.",
        fix: removeCommand("adopt.registry", stack),
      });
    }
    const { zone } = settings.adopt;
    if (zone !== undefined && zone !== settings.domain) {
      faults.push({
        path: "adopt.zone",
        problem: `is ${zone}, and the zone of this environment is ${settings.domain}.`,
        allowed: settings.domain,
        fix: removeCommand("adopt.zone", stack),
      });
    }
    if (zone !== undefined && !dnsProviders(settings.dns).includes("digitalocean")) {
      faults.push({
        path: "adopt.zone",
        problem: "is set, but the zone is not kept at DigitalOcean.",
        fix: removeCommand("adopt.zone", stack),
      });
    }
    return faults;
  },
);
