import type { Configuration } from "../../config/configuration.ts";
import { googleClients } from "../../config/derive/google-clients.ts";
import { gatedServices, openPathsOf } from "../../config/derive/sign-on.ts";
import { setSecretCommand } from "../../config/secrets.ts";
import { signOnProxy } from "../../config/sign-on.ts";

/** Everything about signing in that follows from the settings and the catalogue. */
export function signOnPlan(config: Configuration) {
  const gated = gatedServices(config.resolvedServices);
  return {
    clients: googleClients(config.resolvedServices),
    allowed: config.signOn,
    gated: gated.map((service) => ({
      service: service.name,
      url: service.url,
      signOut: `${service.url}${signOnProxy.signOutPath}`,
      openPaths: openPathsOf(service),
    })),
  };
}

/** The same as text for people. */
export function formatSignOn(config: Configuration): string {
  const { clients, allowed, gated } = signOnPlan(config);
  const list = (words: readonly string[]) => words.map((word) => `    ${word}`).join("\n");
  const clientTexts = clients.map(({ owner, services, idSecret, secretSecret, redirectUris }) => {
    const who = owner === "proxy" ? `the sign-on proxy, for ${services.join(" and ")}` : owner;
    const secrets = [idSecret, ...(secretSecret === undefined ? [] : [secretSecret])];
    return [
      `  ${who}`,
      list(redirectUris.map((uri) => `redirect URI: ${uri}`)),
      list(secrets.map((name) => setSecretCommand(name, config.stack))),
    ].join("\n");
  });
  const allowedWords = [...allowed.emailDomains.map((domain) => `everybody @${domain}`), ...allowed.emails];
  const gatedTexts = gated.map(({ service, signOut, openPaths }) =>
    [
      `  ${service}; signing out: ${signOut}`,
      list(openPaths.map(({ path, because }) => `${path}  ${because}`)),
    ].join("\n"),
  );
  return [
    "OAuth clients at Google (console.cloud.google.com, APIs & Services, Credentials: of type Web application)",
    ...clientTexts,
    `Behind the sign-on proxy, for ${allowedWords.join(", ") || "nobody"}; open without it:`,
    ...gatedTexts,
  ].join("\n\n");
}
