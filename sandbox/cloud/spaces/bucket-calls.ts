import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { timestamp } from "../core/time.ts";
import { forgetInProjects, putInProject } from "../digitalocean/project-assignments.ts";
import { accessDenied, noSuchBucket, S3Error } from "./errors.ts";
import type { Admitted } from "./front.ts";
import { exchange, NO_BODY } from "./pass.ts";
import { checkLifecycle, locationIn } from "./refusals.ts";
import { sha256 } from "./signature.ts";

const LARGEST_DOCUMENT = 256 * 1024;
const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** Answers the calls about a bucket that are not, or not only, for the server behind. False for all others. */
export async function answerBucketCall(admitted: Admitted): Promise<boolean> {
  const { address, method } = admitted;
  if (address.bucket === "" || address.key !== "") return false;
  if (address.query.has("lifecycle")) return lifecycle(admitted);
  if (address.query.has("location") && method === "GET") return location(admitted);
  if (isPlain(admitted) && method === "PUT") return create(admitted);
  if (isPlain(admitted) && method === "DELETE") return remove(admitted);
  return false;
}

/** Whether the call is about the bucket itself and not about one of its settings. */
const isPlain = ({ address }: Admitted) =>
  [...address.query.keys()].every((name) => /^x-(amz-|id$)/i.test(name));

async function create(admitted: Admitted): Promise<true> {
  const { address, cloud } = admitted;
  const location = locationIn(await documentOf(admitted));
  const before = cloud.state.buckets.get(address.bucket);
  const region = address.region ?? location;
  if (region !== null && !before && cloud.faults.isAway(region))
    throw new S3Error(503, "ServiceUnavailable", `The region ${region} is not available.`);
  // ACLs work on Spaces; the server behind only lets them when a bucket's owner is preferred.
  const answer = await exchange(admitted, NO_BODY, { "x-amz-object-ownership": "BucketOwnerPreferred" });
  if (answer.statusCode === 200 && !before) {
    const { bucket: name } = address;
    cloud.state.buckets.put({
      name,
      region,
      created_at: timestamp(),
      lifecycle: null,
    });
    putInProject(cloud, `do:space:${name}`);
    cloud.store.save();
  }
  return relay(admitted, answer);
}

async function remove(admitted: Admitted): Promise<true> {
  const { address, cloud } = admitted;
  const answer = await exchange(admitted, NO_BODY);
  if (answer.statusCode === 204) {
    cloud.state.buckets.delete(address.bucket);
    forgetInProjects(cloud, `do:space:${address.bucket}`);
    cloud.store.save();
  }
  return relay(admitted, answer);
}

async function relay({ response }: Admitted, answer: IncomingMessage): Promise<true> {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  await pipeline(answer, response);
  return true;
}

/** The server behind knows no regions. An empty location leaves a client with the region it assumed. */
function location(admitted: Admitted): true {
  const bucket = existing(admitted);
  return document(
    admitted,
    `${XML}<LocationConstraint xmlns="${NAMESPACE}">${bucket.region ?? ""}</LocationConstraint>`,
  );
}

async function lifecycle(admitted: Admitted): Promise<true> {
  const { method, cloud } = admitted;
  const bucket = existing(admitted);
  if (method === "GET") {
    if (bucket.lifecycle !== null) return document(admitted, bucket.lifecycle);
    throw new S3Error(404, "NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist.");
  }
  if (method !== "PUT" && method !== "DELETE") {
    throw new S3Error(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
  }
  const given = method === "PUT" ? await documentOf(admitted) : null;
  if (given !== null) checkLifecycle(given);
  cloud.state.buckets.put({ ...bucket, lifecycle: given });
  cloud.store.save();
  admitted.response.writeHead(method === "PUT" ? 200 : 204).end();
  return true;
}

/** The bucket, for a caller that proved who it is. */
function existing({ address, cloud, proof }: Admitted) {
  if (!proof) throw accessDenied();
  const bucket = cloud.state.buckets.get(address.bucket);
  if (!bucket) throw noSuchBucket();
  return bucket;
}

function document({ response }: Admitted, xml: string): true {
  response.writeHead(200, { "content-type": "application/xml" });
  response.end(xml);
  return true;
}

/** A small body, checked against the hash that was signed. */
async function documentOf({ request, proof, seen }: Admitted): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request) {
    length += (part as Buffer).length;
    if (length > LARGEST_DOCUMENT) throw new S3Error(400, "EntityTooLarge", "The document is too large.");
    seen.see(part as Buffer);
    parts.push(part as Buffer);
  }
  const body = Buffer.concat(parts);
  const hash = proof?.claim.payloadHash ?? "UNSIGNED-PAYLOAD";
  if (hash !== "UNSIGNED-PAYLOAD" && hash !== sha256(body)) {
    throw new S3Error(
      400,
      "XAmzContentSHA256Mismatch",
      "The provided x-amz-content-sha256 does not match the body.",
    );
  }
  return body.toString("utf8");
}
