import type { ResolvedService } from "../resolve.ts";
import { gatedServices } from "./sign-on.ts";

/** Name of the key that the sign-on proxy seals its sessions with. A lost one signs everybody out, and no more. */
export const signOnCookieKey = "sign-on-cookie-key";

/** Name of one generated secret, unique over all services. */
export function generatedSecretName(service: string, secret: string): string {
  return `${service}-${secret}`;
}

/** Every password and key the services need and nobody has to think of. */
export function generatedSecretNames(services: readonly ResolvedService[]): string[] {
  const own = services.flatMap(({ name, generatedSecrets }) =>
    (generatedSecrets ?? []).map((secret) => generatedSecretName(name, secret)),
  );
  return gatedServices(services).length > 0 ? [...own, signOnCookieKey] : own;
}
