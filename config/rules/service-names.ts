import { type Fault, setCommand, show } from "../fault.ts";
import { resolveServices } from "../resolve.ts";
import { rule } from "./rule.ts";

/** Host names and app names are each used once, and the zone's own names stay free. */
export const serviceNames = rule(["services", "domain"], (settings, { stack, catalogue }) => {
  const faults: Fault[] = [];
  const owners = new Map<string, string>([["www", "the zone itself"]]);
  const apps = new Map<string, string>();

  for (const service of resolveServices(catalogue, settings)) {
    const owner = owners.get(service.subdomain);
    if (owner !== undefined) {
      faults.push({
        path: `services.${service.name}.subdomain`,
        problem: `${show(service.subdomain)} is already the name of ${owner}.`,
        allowed: "a name no other service has",
        fix: setCommand(`services.${service.name}.subdomain`, `${service.subdomain}2`, stack),
      });
    }
    owners.set(service.subdomain, service.name);
    if (service.kind !== "app") continue;
    const other = apps.get(service.appName);
    if (other !== undefined) {
      faults.push({
        path: `services.${service.name}.appName`,
        problem: `${show(service.appName)} is already the app of ${other}.`,
        allowed: "a name no other app of the account has",
        fix: setCommand(`services.${service.name}.appName`, `${service.appName}-2`, stack),
      });
    }
    apps.set(service.appName, service.name);
  }
  return faults;
});
