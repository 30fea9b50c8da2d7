import type { S3Client } from "@aws-sdk/client-s3";
import { Failure } from "../framework/errors.ts";
import type { RetryPolicy } from "../framework/http.ts";
import { DEFAULT_RETRIES, makeClient } from "../framework/http.ts";
import type { Operation } from "../framework/operation.ts";
import type { Fields } from "../framework/values.ts";
import { textOf } from "../framework/values.ts";
import type { Json, JsonObject } from "../framework/wire.ts";
import { jsonObject, jsonText } from "../framework/wire.ts";
import { makeSpaces } from "./spaces.ts";

/** Calls to the DigitalOcean API; an answer without a body is an empty object. */
export type Api = (method: string, path: string, operation: Operation, body?: Json) => Promise<JsonObject>;

/** What the resources talk to. */
export interface Clients {
  api: Api;
  spaces: (region: string) => Promise<S3Client>;
}

const PUBLIC_ENDPOINT = "https://api.digitalocean.com";

/** Makes the clients from the provider's settings, or where those are silent, from the environment. */
export function configure(settings: Fields, environment: NodeJS.ProcessEnv): Clients {
  const setting = (name: string, ...variables: string[]): string =>
    textOf(settings[name]) || (variables.map((variable) => environment[variable]).find(Boolean) ?? "");
  const token = setting("token", "DIGITALOCEAN_TOKEN", "DIGITALOCEAN_ACCESS_TOKEN");
  const send = makeClient({
    vendor: "DigitalOcean",
    baseUrl: setting("apiEndpoint", "DIGITALOCEAN_API_URL") || PUBLIC_ENDPOINT,
    headers: () => {
      if (token === "") {
        throw new Failure(
          "No DigitalOcean token: set digitalocean:token in the stack's configuration, or DIGITALOCEAN_TOKEN.",
        );
      }
      return { authorization: `Bearer ${token}` };
    },
    retries: retryPolicy(setting),
    errorMessage: (body) => jsonText(jsonObject(body).message),
  });
  return {
    api: async (method, path, operation, body) => jsonObject(await send(method, path, body, operation)),
    spaces: makeSpaces({
      endpoint: setting("spacesEndpoint", "SPACES_ENDPOINT_URL"),
      accessKeyId: setting("spacesAccessId", "SPACES_ACCESS_KEY_ID"),
      secretAccessKey: setting("spacesSecretKey", "SPACES_SECRET_ACCESS_KEY"),
    }),
  };
}

function retryPolicy(setting: (name: string, variable: string) => string): RetryPolicy {
  const amount = (name: string, variable: string, fallback: number): number => {
    const text = setting(name, variable);
    return text === "" ? fallback : Number(text);
  };
  const { maximum, shortestWait, longestWait } = DEFAULT_RETRIES;
  return {
    maximum: amount("httpRetryMax", "DIGITALOCEAN_HTTP_RETRY_MAX", maximum),
    shortestWait: amount("httpRetryWaitMin", "DIGITALOCEAN_HTTP_RETRY_WAIT_MIN", shortestWait / 1000) * 1000,
    longestWait: amount("httpRetryWaitMax", "DIGITALOCEAN_HTTP_RETRY_WAIT_MAX", longestWait / 1000) * 1000,
  };
}
