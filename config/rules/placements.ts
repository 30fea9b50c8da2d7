import { gatedServices } from "../derive/sign-on.ts";
import { type Fault, removeCommand, setCommand, show } from "../fault.ts";
import { portsOf, resolveServices } from "../resolve.ts";
import { signOnProxy } from "../sign-on.ts";
import { rule } from "./rule.ts";

/** Every service stands on a host that exists, and no two on one host listen on the same port. */
export const placements = rule(["hosts", "services", "domain"], (settings, { stack, catalogue }) => {
  const faults: Fault[] = [];
  const hosts = Object.keys(settings.hosts);

  for (const name of Object.keys(settings.services)) {
    if (catalogue[name] !== undefined) continue;
    faults.push({
      path: `services.${name}`,
      problem: "is not a service of the catalogue.",
      allowed: Object.keys(catalogue).join(", "),
      fix: removeCommand(`services.${name}`, stack),
    });
  }

  const services = resolveServices(catalogue, settings);
  const proxies = gatedServices(services).map(
    ({ host }) => [`${host}:${signOnProxy.port}`, "the sign-on proxy"] as const,
  );
  const taken = new Map<string, string>(proxies);
  for (const service of services) {
    if (service.kind !== "host") {
      for (const key of ["host", "awaitsMove"] as const) {
        if (settings.services[service.name]?.[key] === undefined) continue;
        faults.push({
          path: `services.${service.name}.${key}`,
          problem: `is set, but ${service.name} does not run on a host (it is of kind ${service.kind}).`,
          fix: removeCommand(`services.${service.name}.${key}`, stack),
        });
      }
      continue;
    }
    if (!hosts.includes(service.host)) {
      faults.push({
        path: `services.${service.name}.host`,
        problem: `${show(service.host)} is not a host.`,
        allowed: hosts.join(", "),
        fix: setCommand(`services.${service.name}.host`, hosts[0] ?? "HOST", stack),
      });
      continue;
    }
    for (const port of portsOf(service)) {
      const place = `${service.host}:${port}`;
      const other = taken.get(place);
      if (other !== undefined && other !== service.name) {
        faults.push({
          path: `services.${service.name}.port`,
          problem: `${port} on host ${service.host} is already the port of ${other}.`,
          allowed: "a port of its own on that host",
          fix: setCommand(`services.${service.name}.port`, port + 1, stack),
        });
      }
      taken.set(place, service.name);
    }
  }
  return faults;
});
