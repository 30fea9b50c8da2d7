import { type Fault, removeCommand } from "../fault.ts";
import { appServices, resolveServices } from "../resolve.ts";
import { rule } from "./rule.ts";

/** Only what the program declares can be adopted: an id for something else would silently do nothing. */
export const adoptions = rule(
  ["adopt", "hosts", "networks", "volumes", "services", "domain", "registry"],
  (settings, { stack, catalogue }) => {
    const apps = appServices(resolveServices(catalogue, settings)).map(({ name }) => name);
    const declared = {
      networks: Object.keys(settings.networks),
      hosts: Object.keys(settings.hosts),
      firewalls: Object.keys(settings.hosts),
      volumes: Object.keys(settings.volumes),
      apps,
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
    return faults;
  },
);
