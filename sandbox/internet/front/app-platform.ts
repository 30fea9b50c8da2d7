import type { Apps } from "../apps/apps.ts";
import { destinationOf } from "../apps/ingress.ts";
import { pass } from "./pass.ts";
import { hostOf, type Site, say } from "./site.ts";

/**
 * The front of App Platform: leads the apps' own names, and the customers' domains that are aliases of them, to the
 * containers of the app. Behind an app whose containers do not run there is nothing, and it says why.
 *
 * @param aliasesOf the names a host name leads to from alias to alias, itself the first
 */
export function appPlatform(
  apps: Pick<Apps, "find" | "serve">,
  aliasesOf: (host: string) => readonly string[],
): Site {
  return {
    names: ["*.ondigitalocean.app"],
    serve: async (request, response) => {
      const host = hostOf(request);
      const app = aliasesOf(host)
        .map((name) => apps.find(name))
        .find((one) => one !== undefined);
      if (app === undefined) return say(response, 503, `No app is live at ${host}.\n`);
      const { service = "", path = "/" } = destinationOf(app, request.url ?? "/") ?? {};
      const obstacle = await apps.serve(app, async (running) => {
        const url = running.originOf(service);
        if (url === undefined) say(response, 503, `Nothing stands behind ${host}: the app has no service.\n`);
        else await pass({ url, path }, request, response);
      });
      if (obstacle !== undefined) say(response, 503, `Nothing stands behind ${host}: ${obstacle}.\n`);
    },
  };
}
