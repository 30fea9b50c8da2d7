import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { type ClientMetadata, type Configuration, interactionPolicy, Provider } from "oidc-provider";
import { issuer, routes, signInPath } from "./endpoints.ts";
import type { GoogleAccount, GoogleSettings } from "./settings.ts";

const hour = 3600;
const day = 24 * hour;

/**
 * An OpenID provider that answers as Google does: its claims, its lifetimes, its rules about refresh tokens.
 *
 * @param isOffline whether a consent was given for access while the user is away: only then there is a refresh token
 */
export function googleProvider(
  { clients, accounts }: GoogleSettings,
  isOffline: (grantId: string) => boolean,
): Provider {
  const configuration: Configuration = {
    clients: clients.map(clientOf),
    findAccount: (_, id) => {
      const account = accounts.find((one) => subjectOf(one) === id);
      return account && { accountId: id, claims: () => ({ sub: id, ...claimsOf(account) }) };
    },
    scopes: ["openid", "email", "profile"],
    claims: { openid: ["sub"], email: ["email", "email_verified", "hd"], profile: ["name"] },
    // Google puts them into the token itself.
    conformIdTokenClaims: false,
    routes,
    extraParams: ["access_type", "include_granted_scopes", "hd"],
    interactions: { url: (_, { uid }) => `${signInPath}${uid}`, policy: policy() },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
    },
    issueRefreshToken: (_, __, { grantId }) => grantId !== undefined && isOffline(grantId),
    rotateRefreshToken: false,
    expiresWithSession: () => false,
    pkce: { required: () => false },
    ttl: {
      ...{ AuthorizationCode: 600, AccessToken: hour, IdToken: hour, Interaction: hour },
      ...{ Session: 14 * day, Grant: 180 * day, RefreshToken: 180 * day },
    },
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString("hex")] },
    renderError: (ctx, { error, error_description }) => {
      ctx.type = "html";
      ctx.body =
        "<!doctype html><title>Access blocked</title><h1>Access blocked: the request is not valid</h1>" +
        `<p>Error 400: ${escapeHtml(error)} ${escapeHtml(error_description ?? "")}\n`;
    },
  };
  return new Provider(issuer, configuration);
}

/** Google's number for an account: 21 digits. */
export function subjectOf({ email }: GoogleAccount): string {
  const digits = BigInt(`0x${createHash("sha256").update(email).digest("hex")}`).toString();
  return `1${digits.slice(-20)}`;
}

/** A text as it stands in a page. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function claimsOf({ email, name, verified, hostedDomain }: GoogleAccount) {
  return { email, email_verified: verified, name, ...(hostedDomain !== undefined && { hd: hostedDomain }) };
}

function clientOf({ id, secret, redirectUris }: GoogleSettings["clients"][number]): ClientMetadata {
  return {
    client_id: id,
    redirect_uris: [...redirectUris],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    ...(secret === undefined
      ? { token_endpoint_auth_method: "none" as const }
      : { client_secret: secret, token_endpoint_auth_method: "client_secret_basic" as const }),
  };
}

/** Google can be asked to let people choose their account, whoever is signed in. */
function policy(): interactionPolicy.DefaultPolicy {
  const prompts = interactionPolicy.base();
  prompts.add(new interactionPolicy.Prompt({ name: "select_account", requestable: true }), 0);
  return prompts;
}

function signingKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" } as const;
}
