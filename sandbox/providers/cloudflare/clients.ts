import { Failure } from "../framework/errors.ts";
import { DEFAULT_RETRIES, makeClient } from "../framework/http.ts";
import type { Operation } from "../framework/operation.ts";
import type { Fields } from "../framework/values.ts";
import { textOf } from "../framework/values.ts";
import type { Json, JsonObject } from "../framework/wire.ts";
import { jsonList, jsonObject, jsonText } from "../framework/wire.ts";

/** Calls to the Cloudflare API; gives back the `result` of the answer. */
export type Api = (method: string, path: string, operation: Operation, body?: Json) => Promise<JsonObject>;

const PUBLIC_ENDPOINT = "https://api.cloudflare.com/client/v4";

/** Makes the client from the provider's settings, or where those are silent, from the environment. */
export function configure(settings: Fields, environment: NodeJS.ProcessEnv): Api {
  const token = textOf(settings.apiToken) || (environment.CLOUDFLARE_API_TOKEN ?? "");
  const send = makeClient({
    vendor: "Cloudflare",
    baseUrl: textOf(settings.baseUrl) || environment.CLOUDFLARE_BASE_URL || PUBLIC_ENDPOINT,
    headers: () => {
      if (token === "") {
        throw new Failure(
          "No Cloudflare token: set cloudflare:apiToken in the stack's configuration, or CLOUDFLARE_API_TOKEN.",
        );
      }
      return { authorization: `Bearer ${token}` };
    },
    retries: DEFAULT_RETRIES,
    errorMessage: (body) =>
      jsonList(jsonObject(body).errors)
        .map(jsonObject)
        .map(({ code, message }) => `${jsonText(message)} (${jsonText(code)})`)
        .join("; "),
  });
  return async (method, path, operation, body) =>
    jsonObject(jsonObject(await send(method, path, body, operation)).result);
}
