import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud } from "../core/cloud.ts";
import { type Address, addressOf } from "./addressing.ts";
import { BodyRecord } from "./body-record.ts";
import { answerBucketCall } from "./bucket-calls.ts";
import { noSuchBucket, S3Error } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import { checkGrants, holderOf } from "./grants.ts";
import { pass } from "./pass.ts";
import { refuseUnsupported } from "./refusals.ts";
import { type Chain, type Claim, claimOf, verify } from "./signature.ts";

/** A request that may proceed. */
export interface Admitted {
  cloud: Cloud;
  gateway: Gateway;
  request: IncomingMessage;
  response: ServerResponse;
  address: Address;
  method: string;
  /** What is remembered of the request's body. */
  seen: BodyRecord;
  /** Undefined for an anonymous request; the server behind decides what is public. */
  proof: { claim: Claim; chain: Chain } | undefined;
}

/** Answers one S3 request. */
export async function answer(
  cloud: Cloud,
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? "GET";
  const seen = new BodyRecord();
  let path = "";
  let body = (): string | undefined => undefined;
  response.once("finish", () => {
    const { statusCode: status } = response;
    cloud.journal.record({ server: "spaces", method, path, status, body: body() }, true);
  });
  try {
    const address = addressOf(request.headers.host ?? "", request.url ?? "/");
    path = describe(address);
    body = () => seen.summary(address);
    if (await misbehave(cloud, method, address, response)) return;
    const proof = authenticate(cloud, request, method, address);
    refuseUnsupported(request.headers, address);
    refuseOtherRegion(cloud, address);
    const admitted: Admitted = { cloud, gateway, request, response, address, method, seen, proof };
    if (!(await answerBucketCall(admitted))) await pass(admitted);
  } catch (error) {
    refuse(request, response, path, error);
  }
}

/** Bucket, key and query: enough for the journal, and without signatures. */
function describe(address: Address): string {
  const parameters = [...address.query]
    .filter(([name]) => !/^x-(amz-|id$)/i.test(name))
    .map(([name, value]) => (value === "" ? name : `${name}=${encodeURIComponent(value)}`));
  const target = `/${address.bucket}${address.key === "" ? "" : `/${address.key}`}`;
  return parameters.length > 0 ? `${target}?${parameters.join("&")}` : target;
}

function authenticate(
  cloud: Cloud,
  request: IncomingMessage,
  method: string,
  address: Address,
): Admitted["proof"] {
  const claim = claimOf(request.headers, address.query);
  if (!claim) return undefined;
  const holder = holderOf(cloud, claim.accessKey);
  const chain = verify(claim, holder.secret, { method, headers: request.headers, address });
  const copySource = request.headers["x-amz-copy-source"];
  checkGrants(holder, method, address, typeof copySource === "string" ? copySource : undefined);
  return { claim, chain };
}

/** A bucket answers in its own region only. */
function refuseOtherRegion(cloud: Cloud, address: Address): void {
  const region = cloud.state.buckets.get(address.bucket)?.region;
  if (region && address.region && region !== address.region) throw noSuchBucket();
}

/** Does what a test ordered; true when the request is dealt with. */
async function misbehave(
  cloud: Cloud,
  method: string,
  address: Address,
  response: ServerResponse,
): Promise<boolean> {
  const path = `/${address.bucket}${address.key === "" ? "" : `/${address.key}`}`;
  const target = { server: "spaces", method, path } as const;
  const delay = cloud.faults.take("delay", target);
  const reset = cloud.faults.take("reset", target);
  const status = cloud.faults.take("status", target);
  cloud.store.save();
  if (delay) await sleep(delay.delayMs);
  if (reset) response.socket?.destroy();
  if (status?.status === 429 || status?.status === 503) {
    response.setHeader("retry-after", String(status.retryAfterSeconds ?? 1));
    throw new S3Error(status.status, "SlowDown", "Please reduce your request rate.");
  }
  if (status)
    throw new S3Error(status.status, "InternalError", "We encountered an internal error. Please try again.");
  return reset !== undefined;
}

function refuse(request: IncomingMessage, response: ServerResponse, path: string, error: unknown): void {
  const known =
    error instanceof S3Error ? error : new S3Error(500, "InternalError", "The S3 server did not answer.");
  if (!(error instanceof S3Error)) process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // The rest of the body is of no interest, but a client may not read an answer before it has sent everything.
  request.resume();
  response.writeHead(known.status, { "content-type": "application/xml" });
  response.end(request.method === "HEAD" ? undefined : known.toXml(path));
}
