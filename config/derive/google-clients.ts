import type { ResolvedService } from "../resolve.ts";
import { googleClientSecretNames } from "../sign-on.ts";
import { oauthRedirectUris } from "./redirect-uris.ts";

/** An OAuth client to be made at Google. */
export interface GoogleClient {
  /** The service that signs in by it; `proxy` for all that are behind the sign-on proxy. */
  readonly owner: string;
  /** Services people sign in to by it. */
  readonly services: readonly string[];
  /** Name of the stack's secret that holds its id. */
  readonly idSecret: string;
  /** Name of the one that holds its secret; left out where the service asks for tokens in the browser, without one. */
  readonly secretSecret?: string;
  readonly redirectUris: readonly string[];
}

/** Services whose sign-on is Google's implicit flow, as Odoo's own module has it: their client's secret is not used. */
const withoutSecret: ReadonlySet<string> = new Set(["odoo"]);

/** The OAuth clients to be made at Google: one for each service that signs people in itself, one for the sign-on proxy. */
export function googleClients(services: readonly ResolvedService[]): GoogleClient[] {
  const owners = new Map<string, string[]>();
  for (const { name, signOn } of services) {
    if (signOn.kind === "none") continue;
    const owner = signOn.kind === "own" ? name : "proxy";
    owners.set(owner, [...(owners.get(owner) ?? []), name]);
  }
  const uris = oauthRedirectUris(services);
  return [...owners].map(([owner, named]) => {
    const { id, secret } = googleClientSecretNames(owner);
    const redirectUris = named.flatMap((name) => uris[name] ?? []);
    const secretSecret = withoutSecret.has(owner) ? {} : { secretSecret: secret };
    return { owner, services: named, idSecret: id, ...secretSecret, redirectUris };
  });
}
