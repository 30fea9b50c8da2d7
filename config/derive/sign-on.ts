import type { HostService, OpenPath } from "../catalogue.ts";
import type { Configuration } from "../configuration.ts";
import { hostServices, type Resolved, type ResolvedService } from "../resolve.ts";

/** A service behind the sign-on proxy. */
export type GatedService = Resolved<HostService> & {
  readonly signOn: { readonly kind: "proxy"; readonly openPaths: readonly OpenPath[] };
};

/** The services behind the sign-on proxy. */
export function gatedServices(services: readonly ResolvedService[]): GatedService[] {
  return hostServices(services).filter((service): service is GatedService => service.signOn.kind === "proxy");
}

/** What of a gated service is reached without signing in: its health path, and what its catalogue entry names. */
export function openPathsOf({ health, signOn }: GatedService): OpenPath[] {
  return [
    { path: health.path, because: "the health check; it tells nothing but that the service is well" },
    ...signOn.openPaths,
  ];
}

/** Whether a path is one of these, or below one of them. */
export function isOpen(path: string, openPaths: readonly OpenPath[]): boolean {
  return openPaths.some(({ path: open }) => (open.endsWith("/") ? path.startsWith(open) : path === open));
}

/** Who may sign in, for services that ask Google themselves: single addresses, and domains with an @ in front. */
export function signOnAddresses({ emailDomains, emails }: Configuration["signOn"]): string[] {
  return [...emailDomains.map((domain) => `@${domain}`), ...emails];
}
