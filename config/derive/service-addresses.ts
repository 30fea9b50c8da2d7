import type { ResolvedService } from "../resolve.ts";

/** Where a service is reached and how it says that it is well. */
export interface ServiceAddress {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly healthUrl: string;
  /** Key of the host it runs on; null on App Platform and elsewhere. */
  readonly host: string | null;
}

/** Every service of the environment with its addresses. */
export function serviceAddresses(services: readonly ResolvedService[]): ServiceAddress[] {
  return services.map((service) => ({
    name: service.name,
    title: service.title,
    url: service.url,
    healthUrl: `${service.url}${service.health.path}`,
    host: service.kind === "host" ? service.host : null,
  }));
}
