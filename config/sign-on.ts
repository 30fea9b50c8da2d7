/** The sign-on proxy: it asks Google who somebody is, where a service cannot. What several places must agree on. */

/** How it is run on every host that has a service behind it. */
export const signOnProxy = {
  /** Name of its unit, and of its container. */
  unit: "oauth2-proxy",
  /** Pinned. */
  image: "quay.io/oauth2-proxy/oauth2-proxy:v7.8.1",
  /** Loopback port. */
  port: 4180,
  /** Where it says whether it is well. */
  health: { path: "/ping", status: 200, body: /^OK$/ },
  /** User and group on the host and inside, beside those of the catalogue's containers. */
  userId: 2004,
  /** It needs some 25 MiB; counted among what the system needs. */
  memoryMib: 96,
  /** Path on which it receives Google's answer, on each service it guards. */
  callbackPath: "/oauth2/callback",
  /** Path that ends the session. */
  signOutPath: "/oauth2/sign_out",
} as const;

/**
 * The proxy's session cookie. Every gated name shares it, so that one sign-in and one sign-out are enough, and so it has a
 * domain. A link from a mail or a chat must not ask for another sign-in, so it is lax and not strict; no other site may
 * send it on its own account, so it is not none.
 */
export const signOnCookie = {
  sameSite: "lax",
  /** How long a session lives without a request. */
  maxAgeSeconds: 3600,
  /** How old it is when a request renews it, by asking Google once more. */
  refreshSeconds: 300,
} as const;

/**
 * Name of the session cookie. Its prefix makes browsers refuse one that came without TLS. It is another one in each
 * environment: production's is sent to every name below its domain, staging's among them.
 */
export function signOnCookieName(environment: string): string {
  return `__Secure-sign_on_${environment}`;
}

/** Names of the secrets that hold a Google OAuth client, by whom it belongs to: a service, or `proxy`. */
export function googleClientSecretNames(owner: string): { readonly id: string; readonly secret: string } {
  return { id: `${owner}GoogleClientId`, secret: `${owner}GoogleClientSecret` };
}
