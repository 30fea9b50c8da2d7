import type { ResolvedService } from "../resolve.ts";
import { signOnProxy } from "../sign-on.ts";

/** The redirect URI to register with Google for each service on which people sign in. */
export function oauthRedirectUris(services: readonly ResolvedService[]): Record<string, string> {
  return Object.fromEntries(
    services.flatMap(({ name, url, signOn }) => {
      if (signOn.kind === "none") return [];
      return [[name, `${url}${signOn.kind === "own" ? signOn.redirectPath : signOnProxy.callbackPath}`]];
    }),
  );
}
