import { type IncomingMessage, request as send } from "node:http";
import { pipeline } from "node:stream/promises";
import { ChunkSigner } from "./chunks.ts";
import type { Admitted } from "./front.ts";
import { type Chain, encodePath, encodeQuery, pairs, sign } from "./signature.ts";

const INTERNAL_HOST = "spaces.internal";
/** Headers of one connection, and those that are made anew. */
const DROPPED = /^(host|authorization|connection|keep-alive|expect|proxy-.*|te|upgrade|x-amz-date)$/;
/** Passed instead of a body that is not to be sent. */
export const NO_BODY = "no body";
const SIGNED_CHUNKS = /^STREAMING-AWS4-HMAC-SHA256-PAYLOAD/;

/** Sends a request on to the S3 server, signed with that server's own key, and its answer back. */
export async function pass(admitted: Admitted): Promise<void> {
  const { request, response } = admitted;
  const answer = await exchange(admitted, hasBody(request) ? request : NO_BODY);
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
}

/** Without one the request ends with its headers: the server behind may close before an empty body arrives. */
function hasBody({ headers }: IncomingMessage): boolean {
  return Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined;
}

/** Sends a request on, with the client's body or none, and gives the head of the answer. */
export async function exchange(
  admitted: Admitted,
  body: IncomingMessage | typeof NO_BODY,
  extra: Record<string, string> = {},
): Promise<IncomingMessage> {
  const { address, method, gateway, proof, request, seen } = admitted;
  const path = encodePath(`/${address.bucket}${address.key === "" ? "" : `/${address.key}`}`);
  const query = pairs(address.rawQuery).filter(
    ([name]) => !(proof?.claim.presigned && name.startsWith("X-Amz-")),
  );
  const headers: Record<string, string> = {
    ...forwarded(request),
    ...extra,
    host: INTERNAL_HOST,
    connection: "keep-alive",
  };
  if (body === NO_BODY && method !== "GET" && method !== "HEAD") headers["content-length"] = "0";
  let chain: Chain | undefined;
  if (proof) {
    const payloadHash = body === NO_BODY ? "UNSIGNED-PAYLOAD" : proof.claim.payloadHash;
    headers["x-amz-content-sha256"] = payloadHash;
    headers["x-amz-date"] = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
    const signed = sign(gateway.key, { method, path, query, headers, payloadHash });
    headers.authorization = signed.authorization;
    if (SIGNED_CHUNKS.test(payloadHash)) chain = signed.chain;
  }
  const target = query.length > 0 ? `${path}?${encodeQuery(query)}` : path;
  // One connection for each request, which we end and not the server behind: it may have answered before the last,
  // empty write of a body, and that write must not fail.
  const outgoing = send({ socketPath: gateway.socket, method, path: target, headers, agent: false });
  const chunks = chain && proof ? new ChunkSigner(proof.chain, chain) : undefined;
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    // A chunk that is refused ends the request too; the refusal comes first and is what counts.
    chunks?.once("error", reject);
    outgoing.once("error", reject);
    outgoing.once("response", resolve);
  });
  if (body === NO_BODY) outgoing.end();
  else
    void (chunks ? pipeline(body, seen, chunks, outgoing) : pipeline(body, seen, outgoing)).catch(() =>
      outgoing.destroy(),
    );
  return answer;
}

function forwarded(request: IncomingMessage): Record<string, string> {
  const kept = Object.entries(request.headers).filter(([name]) => !DROPPED.test(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : (value ?? "")]),
  );
}
