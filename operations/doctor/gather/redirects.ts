import type { Configuration } from "../../../config/configuration.ts";
import { googleClients } from "../../../config/derive/google-clients.ts";
import { oauthRedirectUris } from "../../../config/derive/redirect-uris.ts";
import { gatedServices } from "../../../config/derive/sign-on.ts";
import { Failure } from "../../failure.ts";
import type { RedirectAnswer } from "../gathered.ts";

const google = "https://accounts.google.com/o/oauth2/v2/auth";
const answerWithinMs = 10_000;

/**
 * Asks Google about every redirect URI as a browser would that signs in with it, and every service behind the sign-on
 * proxy which one it uses. Nobody is signed in.
 *
 * @param secret gives the id of an OAuth client, by the name of the secret it is set as
 */
export async function askRedirects(
  { resolvedServices }: Configuration,
  secret: (name: string) => string,
): Promise<RedirectAnswer[]> {
  const uris = oauthRedirectUris(resolvedServices);
  const gated = new Set(gatedServices(resolvedServices).map(({ name }) => name));
  return Promise.all(
    googleClients(resolvedServices).flatMap(({ services, idSecret }) =>
      services.map(async (service): Promise<RedirectAnswer> => {
        const uri = uris[service] ?? "";
        const sent = gated.has(service) ? await sentBy(new URL("/oauth2/start", uri)) : null;
        return { service, uri, sent, google: await judged(secret(idSecret), uri), idSecret };
      }),
    ),
  );
}

async function sentBy(start: URL): Promise<string | null> {
  const answer = await ask(start).catch(() => undefined);
  const location = answer?.headers.get("location");
  return location == null ? null : new URL(location, start).searchParams.get("redirect_uri");
}

async function judged(clientId: string, uri: string): Promise<RedirectAnswer["google"]> {
  const words = { client_id: clientId, redirect_uri: uri, response_type: "code", scope: "openid email" };
  const answer = await ask(new URL(`${google}?${new URLSearchParams(words)}`));
  return verdict(answer.headers.get("location") ?? "", await answer.text());
}

/**
 * What Google's answer to the first step of a sign-in says of the client and its redirect URI. It leads to a page that
 * names the error in base64 (`authError`), or names it in the page itself.
 */
export function verdict(location: string, body: string): RedirectAnswer["google"] {
  const error = /[?&]authError=(?<text>[^&]+)/.exec(location)?.groups?.text;
  const words =
    error === undefined ? "" : Buffer.from(decodeURIComponent(error), "base64").toString("latin1");
  const said = `${words}\n${body}`;
  if (/redirect_uri_mismatch|invalid_redirect_uri/.test(said)) return "not registered";
  if (/invalid_client|deleted_client/.test(said)) return "unknown client";
  return "registered";
}

async function ask(url: URL): Promise<Response> {
  try {
    return await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(answerWithinMs) });
  } catch (error) {
    const { cause, message } = error as Error;
    throw new Failure(`${url.hostname} does not answer: ${cause instanceof Error ? cause.message : message}`);
  }
}
