import type { IncomingHttpHeaders } from "node:http";
import { type Address, isSpacesRegion } from "./addressing.ts";
import { notImplemented, S3Error } from "./errors.ts";

/** Parts of S3 that Spaces does not have (its documentation of December 2025). */
const MISSING: Record<string, string> = {
  encryption: "bucket encryption settings",
  "object-lock": "object lock",
  retention: "object lock",
  "legal-hold": "object lock",
  replication: "replication",
  inventory: "inventory",
  notification: "event notifications",
  accelerate: "transfer acceleration",
  analytics: "analytics",
  "intelligent-tiering": "storage tiers",
  publicAccessBlock: "public access blocks",
  ownershipControls: "object ownership controls",
};

/** Refuses what the S3 server behind could do and Spaces cannot. */
export function refuseUnsupported(headers: IncomingHttpHeaders, address: Address): void {
  for (const [parameter, what] of Object.entries(MISSING)) {
    if (address.query.has(parameter)) throw notImplemented(what);
  }
  if (address.query.has("tagging") && address.key === "") throw notImplemented("bucket tags");
  if (String(headers["x-amz-server-side-encryption"] ?? "").startsWith("aws:kms"))
    throw notImplemented("SSE-KMS");
  if (Object.keys(headers).some((name) => /^x-amz-(object-lock-|bucket-object-lock-enabled)/.test(name))) {
    throw notImplemented("object lock");
  }
}

/** The region a new bucket is asked to be in, if the body says so. There is no us-east-1: that is for signing only. */
export function locationIn(body: string): string | null {
  const location = /<LocationConstraint[^>]*>([^<]*)<\/LocationConstraint>/.exec(body)?.[1]?.trim() ?? "";
  if (location === "" || isSpacesRegion(location)) return location === "" ? null : location;
  throw new S3Error(
    400,
    "InvalidLocationConstraint",
    `The specified location constraint ${location} is not valid.`,
  );
}

/** Lifecycle rules that Spaces cannot keep: it expires, and aborts uploads, and nothing else. */
export function checkLifecycle(document: string): void {
  if (!/<(\w+:)?Rule[\s>]/.test(document)) {
    throw new S3Error(400, "MalformedXML", "The lifecycle configuration has no rule.");
  }
  if (/<(\w+:)?(NoncurrentVersion)?Transition[\s>]/.test(document))
    throw notImplemented("lifecycle transitions");
  if (/<(\w+:)?Tag[\s>]/.test(document)) throw notImplemented("tag filters in lifecycle rules");
}
