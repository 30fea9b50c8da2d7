import type { ResolvedService } from "../resolve.ts";

/**
 * Repositories of the account's registry from which an environment deploys, each once and in order. An app that is left as it was
 * found brings its own image, wherever that comes from.
 */
export function registryRepositories(services: readonly ResolvedService[]): string[] {
  const names = services.flatMap((service) => {
    if (service.kind === "external" || service.image.registryType !== "DOCR") return [];
    return service.kind === "app" && service.specification === "as-found" ? [] : [service.image.repository];
  });
  return [...new Set(names)].sort();
}
