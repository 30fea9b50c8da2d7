import { type IncomingMessage, request as requestHttp, type ServerResponse } from "node:http";
import { request as requestHttps } from "node:https";
import { pipeline } from "node:stream/promises";

/** Where a request goes on to. */
export interface Origin {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The authority of an HTTPS origin. */
  readonly certificateAuthority?: string;
  /** Path to ask for in place of the request's own. */
  readonly path?: string;
}

/**
 * Hands a request on as it is, Host header and all, so that signatures over it stay good, and the answer back.
 *
 * @throws Error when the origin does not answer
 */
export async function pass(
  origin: Origin,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { protocol, hostname, port } = new URL(origin.url);
  const send = protocol === "https:" ? requestHttps : requestHttp;
  const forwarded = send({
    hostname,
    port,
    method: request.method,
    path: origin.path ?? request.url,
    headers: { ...request.headers, "x-forwarded-proto": "https" },
    setHost: false,
    // Reached by address, under the name its certificate is for.
    servername: "localhost",
    ...(origin.certificateAuthority === undefined ? {} : { ca: origin.certificateAuthority }),
  });
  // A client that has gone needs no answer any more.
  response.once("close", () => forwarded.destroy());
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    forwarded.once("response", resolve);
    forwarded.once("error", reject);
  });
  // An origin may answer, and close, before it has read everything.
  pipeline(request, forwarded).catch(() => {});
  const answer = await answered;
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
  await pipeline(answer, response).catch(() => response.destroy());
}
