import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createSecureContext, type SecureContext } from "node:tls";
import { messageOf } from "../../engine/failure.ts";
import type { Authority } from "../authority.ts";
import { hostOf, type Site, say, siteOf } from "./site.ts";

/** What the front needs to know. */
export interface FrontSettings {
  readonly address: string;
  readonly port: number;
  readonly authority: Authority;
  readonly sites: readonly Site[];
  /** The names a host name leads to from alias to alias, itself the first. */
  aliasesOf(host: string): readonly string[];
}

/** A web server that runs. */
export interface Front {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * One HTTPS server for all sites. A name gets its certificate when it is first asked for, and only if it leads here:
 * customers' own domains, which vendors serve under their own certificates, are aliases of a site's name.
 */
export async function startFront(settings: FrontSettings): Promise<Front> {
  const contexts = new Map<string, Promise<SecureContext>>();
  const contextOf = (host: string): Promise<SecureContext> => {
    const known = contexts.get(host);
    if (known) return known;
    const made = settings.authority
      .issue([host])
      .then(({ key, certificate }) => createSecureContext({ key, cert: certificate }));
    contexts.set(host, made);
    return made;
  };
  const siteFor = (host: string) =>
    settings
      .aliasesOf(host)
      .map((name) => siteOf(settings.sites, name))
      .find((site) => site !== undefined);

  const server = createServer({
    SNICallback: (name, callback) => {
      const host = name.toLowerCase();
      if (!siteFor(host)) return callback(new Error(`no site is called ${host}`));
      contextOf(host).then((context) => callback(null, context), callback);
    },
  });
  server.on("request", (request, response) => void answer(siteFor(hostOf(request)), request, response));
  // Scanners and clients that do not trust the sandbox: their loss.
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, settings.address, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  site: Site | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.on("error", () => {});
  try {
    if (site) await site.serve(request, response);
    else say(response, 421, `The sandbox plays no site called ${hostOf(request)}.\n`);
  } catch (error) {
    process.stderr.write(`${hostOf(request)}: ${messageOf(error)}\n`);
    if (response.headersSent) response.destroy();
    else say(response, 502, `The sandbox's server behind ${hostOf(request)} does not answer.\n`);
  }
}
