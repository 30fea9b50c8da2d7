import type { ResolvedService } from "../resolve.ts";

/** Name of one generated secret, unique over all services. */
export function generatedSecretName(service: string, secret: string): string {
  return `${service}-${secret}`;
}

/** Every password and key the services need and nobody has to think of. */
export function generatedSecretNames(services: readonly ResolvedService[]): string[] {
  return services.flatMap(({ name, generatedSecrets }) =>
    (generatedSecrets ?? []).map((secret) => generatedSecretName(name, secret)),
  );
}
