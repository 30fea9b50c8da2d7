import type { AppService, ExternalService, HostService, Service } from "./catalogue.ts";
import { mapValues } from "./records.ts";
import type { Settings } from "./schema.ts";

/** A service as this environment runs it: the catalogue's entry with the configuration's differences applied. */
export type ResolvedService = Resolved<HostService> | ResolvedApp | Resolved<ExternalService>;

/** What every resolved service has beside its catalogue entry. */
export type Resolved<Kind extends Service> = Kind & {
  readonly name: string;
  /** Full host name, without a trailing dot. */
  readonly hostName: string;
  readonly url: string;
};

/** An app as this environment runs it. */
export type ResolvedApp = Resolved<AppService> & {
  /** Whether the stack owns the app's specification, or leaves it as it was found. */
  readonly specification: "managed" | "as-found";
};

/** The catalogue in this environment, in the catalogue's order. Services that are switched off are left out. */
export function resolveServices(
  catalogue: Readonly<Record<string, Service>>,
  settings: Pick<Settings, "domain" | "services">,
): ResolvedService[] {
  return Object.entries(catalogue)
    .filter(([name]) => settings.services[name]?.enabled !== false)
    .map(([name, entry]) => {
      const { enabled: _enabled, specification, variables, ...differences } = settings.services[name] ?? {};
      const merged = { ...entry, ...withoutUndefined(differences), name } as Service & { name: string };
      const hostName = `${merged.subdomain}.${settings.domain}`;
      const resolved = { ...merged, hostName, url: `https://${hostName}` };
      if (resolved.kind !== "app") return resolved;
      const plain = mapValues(variables ?? {}, (value) => ({ from: "literal", value }) as const);
      const all = { ...resolved.variables, ...plain };
      return { ...resolved, variables: all, specification: specification ?? "managed" };
    });
}

/** The services that run on hosts. */
export function hostServices(services: readonly ResolvedService[]): Resolved<HostService>[] {
  return services.filter((service) => service.kind === "host");
}

/** The services that run on App Platform. */
export function appServices(services: readonly ResolvedService[]): ResolvedApp[] {
  return services.filter((service): service is ResolvedApp => service.kind === "app");
}

/** The services that run on one host. */
export function servicesOn(host: string, services: readonly ResolvedService[]): Resolved<HostService>[] {
  return hostServices(services).filter((service) => service.host === host);
}

/** Every loopback port a host service takes, its job queue's and those of a new release beside it included. */
export function portsOf(service: HostService): number[] {
  const { queue } = service.container;
  const own = ownPorts(service);
  return [...own, ...(standsBeside(service) ? own.map(portBeside) : []), ...(queue ? [queue.port] : [])];
}

/** The ports a host service itself listens on. */
export function ownPorts(service: Pick<HostService, "port" | "extraPorts">): number[] {
  return [service.port, ...Object.values(service.extraPorts ?? {})];
}

/** Whether a new release of it runs beside the one that serves for a moment. */
export function standsBeside({ container }: Pick<HostService, "container">): boolean {
  return container.takeover?.kind === "beside";
}

/** Where a new release listens that runs beside the one on this port. */
export function portBeside(port: number): number {
  return port > 55_535 ? port - 10_000 : port + 10_000;
}

function withoutUndefined<Value extends object>(value: Value): Partial<Value> {
  return Object.fromEntries(
    Object.entries(value).filter(([, entry]) => entry !== undefined),
  ) as Partial<Value>;
}

/** Services by name. */
export function byName<Kind extends ResolvedService>(services: readonly Kind[]): Record<string, Kind> {
  return Object.fromEntries(services.map((service) => [service.name, service]));
}
