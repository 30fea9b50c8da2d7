import type { ResolvedService } from "../resolve.ts";

/** Path on which the sign-on proxy receives Google's answer, on each service it guards. */
const proxyCallback = "/oauth2/callback";

/** The redirect URI to register with Google for each service on which people sign in. */
export function oauthRedirectUris(services: readonly ResolvedService[]): Record<string, string> {
  return Object.fromEntries(
    services.flatMap(({ name, url, signOn }) => {
      if (signOn.kind === "none") return [];
      return [[name, `${url}${signOn.kind === "own" ? signOn.redirectPath : proxyCallback}`]];
    }),
  );
}
