import type { IncomingMessage, ServerResponse } from "node:http";
import type { InteractionResults, Provider } from "oidc-provider";
import { bodyOf, hostOf, type Site, say } from "../front/site.ts";
import { discovery, googleHosts, providerPath, signInPath } from "./endpoints.ts";
import { accountPage, consentPage } from "./pages.ts";
import { googleProvider, subjectOf } from "./provider.ts";
import type { GoogleSettings } from "./settings.ts";

/**
 * Google's sign-in: a real OpenID provider under Google's own names. Who is chosen is signed in; nobody has a password.
 * What it knows of sessions and consents is gone when it ends.
 */
export function google(settings: GoogleSettings): Site {
  const offline = new Set<string>();
  const provider = googleProvider(settings, (grantId) => offline.has(grantId));
  const handle = provider.callback();
  return {
    names: googleHosts,
    serve: async (request, response) => {
      const host = hostOf(request);
      const [path = "/", ...query] = (request.url ?? "/").split("?");
      if (host === "accounts.google.com" && path === "/.well-known/openid-configuration")
        return say(response, 200, JSON.stringify(discovery), "application/json");
      const known = providerPath(host, path);
      if (known === undefined)
        return say(response, 404, `The sandbox's Google has nothing at ${host}${path}.\n`);
      if (known.startsWith(signInPath)) return signIn(provider, settings, offline, request, response);
      request.url = [known, ...query].join("?");
      await handle(request, response);
    },
  };
}

/** The pages on which people choose an account and consent. */
async function signIn(
  provider: Provider,
  { accounts }: GoogleSettings,
  offline: Set<string>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  const isConsent = prompt.name === "consent";
  if (request.method !== "POST") {
    const page = isConsent ? consentPage(String(params.redirect_uri)) : accountPage(accounts);
    return say(response, 200, page, "text/html");
  }
  const chosen = new URLSearchParams(await bodyOf(request));
  const finish = (result: InteractionResults) =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  if (!isConsent) {
    const account = accounts.find(({ email }) => email === chosen.get("account"));
    if (account === undefined) return say(response, 400, "There is no such account.\n");
    return finish({ select_account: {}, login: { accountId: subjectOf(account) } });
  }
  if (chosen.get("consent") !== "allow") return finish({ error: "access_denied" });
  const accountId = session?.accountId;
  if (accountId === undefined) return say(response, 400, "Nobody has been chosen yet.\n");
  const grant = new provider.Grant({ accountId, clientId: String(params.client_id) });
  grant.addOIDCScope(String(params.scope));
  const grantId = await grant.save();
  if (params.access_type === "offline") offline.add(grantId);
  return finish({ consent: { grantId } });
}
