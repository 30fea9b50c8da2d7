import type { Apps } from "../apps/apps.ts";
import { destinationOf } from "../apps/ingress.ts";
import { pass } from "./pass.ts";
import { hostOf, type Site, say } from "./site.ts";

/**
 * The front of App Platform: leads the apps' own names, and the customers' domains that are aliases of them, to what
 * plays the app. No container runs here: behind an app that nobody plays there is nothing, and it says so.
 *
 * @param aliasesOf the names a host name leads to from alias to alias, itself the first
 */
export function appPlatform(
  apps: Pick<Apps, "find" | "serving">,
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
      const serving = await apps.serving(app);
      if (typeof serving === "string")
        return say(response, 503, `Nothing stands behind ${host}: ${serving}.\n`);
      const { service, path = "/" } = destinationOf(app, request.url ?? "/") ?? {};
      const port = serving.portOf(service ?? "");
      if (port === undefined)
        return say(response, 503, `Nothing stands behind ${host}: the app has no such service.\n`);
      await pass({ url: `http://127.0.0.1:${port}`, path }, request, response);
    },
  };
}
