import type { ServerResponse } from "node:http";
import { pass } from "../front/pass.ts";
import type { Site } from "../front/site.ts";
import type { RegistryAccount } from "./logins.ts";
import { refuse } from "./refuse.ts";

/** Where the account's registry answers. */
export const accountRegistryHost = "registry.digitalocean.com";

/**
 * The registry of the account: Docker's own, behind the vendor's door. Whoever comes needs a login of the account's, one
 * that may only read pushes nothing, and there is nothing but the account's own registry.
 *
 * @param url where the registry itself answers
 */
export function accountRegistry(account: RegistryAccount, url: string): Site {
  return {
    names: [accountRegistryHost],
    serve: async (request, response) => {
      const login = account.loginOf(request.headers.authorization);
      if (login === undefined) return askForLogin(response);
      const { method = "GET", url: path = "/" } = request;
      if (!/^\/v2\/?$/.test(path) && !account.names().some((name) => path.startsWith(`/v2/${name}/`)))
        return refuse(response, 404, "NAME_UNKNOWN", "the account has no registry of that name");
      if (!login.mayWrite && method !== "GET" && method !== "HEAD")
        return refuse(response, 403, "DENIED", "this login may only read");
      await pass({ url }, request, response);
    },
  };
}

function askForLogin(response: ServerResponse): void {
  response.setHeader("docker-distribution-api-version", "registry/2.0");
  response.setHeader("www-authenticate", `Basic realm="${accountRegistryHost}"`);
  refuse(response, 401, "UNAUTHORIZED", "authentication required");
}
