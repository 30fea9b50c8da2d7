import { type IncomingMessage, request as send } from "node:http";
import { pipeline } from "node:stream/promises";
import { ChunkSigner } from "./chunks.ts";
import type { Admitted } from "./front.ts";
import { encodePath, encodeQuery, pairs, sign } from "./signature.ts";

const INTERNAL_HOST = "spaces.internal";
/** Headers of one connection, and those that are made anew. */
const DROPPED = /^(host|authorization|connection|keep-alive|expect|proxy-.*|te|upgrade|x-amz-date)$/;
const SIGNED_CHUNKS = /^STREAMING-AWS4-HMAC-SHA256-PAYLOAD/;

/** Sends a request on to the S3 server, signed with that server's own key, and its answer back. */
export async function pass(admitted: Admitted): Promise<void> {
  const { request, response } = admitted;
  const answer = await exchange(admitted, request);
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
}

/** Sends a request on and gives the answer's head; `body` is what to send instead of the client's own. */
export async function exchange(
  admitted: Admitted,
  body: IncomingMessage | "",
  extra: Record<string, string> = {},
): Promise<IncomingMessage> {
  const { address, method, gateway, proof, request } = admitted;
  const path = encodePath(`/${address.bucket}${address.key === "" ? "" : `/${address.key}`}`);
  const query = pairs(address.rawQuery).filter(
    ([name]) => !(proof?.claim.presigned && name.startsWith("X-Amz-")),
  );
  const headers: Record<string, string> = { ...forwarded(request), ...extra, host: INTERNAL_HOST };
  if (body === "") headers["content-length"] = "0";
  let to: ReturnType<typeof sign>["chain"] | undefined;
  if (proof) {
    const payloadHash = body === "" ? "UNSIGNED-PAYLOAD" : proof.claim.payloadHash;
    headers["x-amz-content-sha256"] = payloadHash;
    headers["x-amz-date"] = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
    const signed = sign(gateway.key, { method, path, query, headers, payloadHash });
    headers.authorization = signed.authorization;
    to = signed.chain;
  }
  const target = query.length > 0 ? `${path}?${encodeQuery(query)}` : path;
  const outgoing = send({ socketPath: gateway.socket, method, path: target, headers });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.once("error", reject);
  });
  const chunked = proof && to && SIGNED_CHUNKS.test(proof.claim.payloadHash);
  const sent =
    body === ""
      ? Promise.resolve(outgoing.end())
      : chunked && to
        ? pipeline(body, new ChunkSigner(proof.chain, to), outgoing)
        : pipeline(body, outgoing);
  // A server that refuses early answers before the whole body is sent: then the answer counts.
  return Promise.race([answer, sent.then(() => answer)]);
}

function forwarded(request: IncomingMessage): Record<string, string> {
  const kept = Object.entries(request.headers).filter(([name]) => !DROPPED.test(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [name, Array.isArray(value) ? value.join(",") : (value ?? "")]),
  );
}
