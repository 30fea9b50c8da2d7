/** Google's own addresses, as its discovery document names them. */
export const issuer = "https://accounts.google.com";

/** Paths of the OpenID provider, and the hosts on which Google serves each. */
export const routes = {
  authorization: "/o/oauth2/v2/auth",
  token: "/token",
  userinfo: "/v1/userinfo",
  jwks: "/oauth2/v3/certs",
  end_session: "/Logout",
} as const;

/** Where people choose an account and consent. */
export const signInPath = "/signin/oauth/";

/** Older addresses of the same, by host and path; clients of today still use them. */
const aliases: Readonly<Record<string, string>> = {
  "accounts.google.com/o/oauth2/auth": routes.authorization,
  "www.googleapis.com/oauth2/v3/token": routes.token,
  "www.googleapis.com/oauth2/v4/token": routes.token,
  "www.googleapis.com/oauth2/v3/userinfo": routes.userinfo,
};

const own: Readonly<Record<string, readonly string[]>> = {
  "accounts.google.com": [routes.authorization, signInPath, routes.end_session],
  "oauth2.googleapis.com": [routes.token],
  "openidconnect.googleapis.com": [routes.userinfo],
  "www.googleapis.com": [routes.jwks],
};

/** Host names that Google is reached by. */
export const googleHosts = Object.keys(own);

/** The provider's own path for what Google serves at this address; undefined for what it does not. */
export function providerPath(host: string, path: string): string | undefined {
  const alias = aliases[`${host}${path}`];
  if (alias !== undefined) return alias;
  const isThere = own[host]?.some((route) => path === route || path.startsWith(route.replace(/\/?$/, "/")));
  return isThere ? path : undefined;
}

/** Google's discovery document, in what clients read of it. */
export const discovery = {
  issuer,
  authorization_endpoint: `${issuer}${routes.authorization}`,
  token_endpoint: `https://oauth2.googleapis.com${routes.token}`,
  userinfo_endpoint: `https://openidconnect.googleapis.com${routes.userinfo}`,
  jwks_uri: `https://www.googleapis.com${routes.jwks}`,
  response_types_supported: ["code"],
  response_modes_supported: ["query"],
  subject_types_supported: ["public"],
  id_token_signing_alg_values_supported: ["RS256"],
  scopes_supported: ["openid", "email", "profile"],
  token_endpoint_auth_methods_supported: ["client_secret_basic"],
  claims_supported: ["aud", "email", "email_verified", "exp", "hd", "iat", "iss", "name", "sub"],
  code_challenge_methods_supported: ["plain", "S256"],
  grant_types_supported: ["authorization_code", "refresh_token"],
} as const;
