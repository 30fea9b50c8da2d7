import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Address } from "./addressing.ts";
import { S3Error } from "./errors.ts";

/** AWS Signature Version 4, as S3 uses it. */

const ALGORITHM = "AWS4-HMAC-SHA256";
const MOST_SKEW_MS = 15 * 60_000;
const LONGEST_PRESIGNED_SECONDS = 7 * 24 * 3600;

export const sha256 = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
export const hmac = (key: string | Buffer, data: string): Buffer =>
  createHmac("sha256", key).update(data).digest();

/** What a client claims, before it is verified. */
export interface Claim {
  accessKey: string;
  /** `20261123/us-east-1/s3/aws4_request` */
  scope: string;
  signedHeaders: string[];
  signature: string;
  /** `20261123T101500Z` */
  date: string;
  payloadHash: string;
  presigned: boolean;
  expiresSeconds: number;
}

/** The chain that signatures of a body's chunks are linked to. */
export interface Chain {
  signingKey: Buffer;
  scope: string;
  date: string;
  signature: string;
}

/** The claim of a request, by header or in a presigned URL; undefined for an anonymous one. */
export function claimOf(headers: IncomingHttpHeaders, query: URLSearchParams): Claim | undefined {
  if (headers.authorization !== undefined) return headerClaim(headers, headers.authorization);
  return query.has("X-Amz-Signature") ? presignedClaim(query) : undefined;
}

function headerClaim(headers: IncomingHttpHeaders, authorization: string): Claim {
  const parts =
    /^AWS4-HMAC-SHA256\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{64})$/.exec(
      authorization,
    );
  const payloadHash = headers["x-amz-content-sha256"];
  const date = headers["x-amz-date"];
  if (!parts?.[1] || !parts[2] || !parts[3]) {
    throw new S3Error(
      400,
      "AuthorizationHeaderMalformed",
      "The authorization header is not a version 4 signature.",
    );
  }
  if (typeof payloadHash !== "string" || typeof date !== "string") {
    throw new S3Error(400, "InvalidRequest", "Missing required header: x-amz-content-sha256 and x-amz-date.");
  }
  const common = { signature: parts[3], date, payloadHash, presigned: false, expiresSeconds: 0 };
  return { ...credential(parts[1]), signedHeaders: parts[2].split(";"), ...common };
}

function presignedClaim(query: URLSearchParams): Claim {
  const get = (name: string) => query.get(`X-Amz-${name}`) ?? "";
  const expiresSeconds = Number(get("Expires"));
  if (
    get("Algorithm") !== ALGORITHM ||
    !(expiresSeconds > 0 && expiresSeconds <= LONGEST_PRESIGNED_SECONDS)
  ) {
    throw new S3Error(400, "AuthorizationQueryParametersError", "The presigned URL is not well formed.");
  }
  return {
    ...credential(get("Credential")),
    signedHeaders: get("SignedHeaders").split(";"),
    signature: get("Signature"),
    date: get("Date"),
    payloadHash: query.get("X-Amz-Content-Sha256") ?? "UNSIGNED-PAYLOAD",
    presigned: true,
    expiresSeconds,
  };
}

function credential(text: string): { accessKey: string; scope: string } {
  const [accessKey = "", ...scope] = text.split("/");
  if (scope.length !== 4 || scope[2] !== "s3" || scope[3] !== "aws4_request") {
    throw new S3Error(
      400,
      "AuthorizationHeaderMalformed",
      "The credential is not of the form KEY/DATE/REGION/s3/aws4_request.",
    );
  }
  return { accessKey, scope: scope.join("/") };
}

/** Checks a claim against the key's secret, and gives the chain that chunks of the body continue. */
export function verify(
  claim: Claim,
  secret: string,
  request: { method: string; headers: IncomingHttpHeaders; address: Address },
): Chain {
  checkTime(claim);
  const { address, method } = request;
  const headers = Object.fromEntries(
    claim.signedHeaders.map((name) => [name, textOf(request.headers[name])]),
  );
  if ("host" in headers) headers.host = address.host;
  const query = pairs(address.rawQuery).filter(([name]) => name !== "X-Amz-Signature");
  const canonical = canonicalRequest(method, address.path, query, headers, claim.payloadHash);
  const signingKey = signingKeyOf(secret, claim.scope);
  const expected = hmac(signingKey, [ALGORITHM, claim.date, claim.scope, sha256(canonical)].join("\n"));
  const given = Buffer.from(claim.signature, "hex");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new S3Error(
      403,
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    );
  }
  return { signingKey, scope: claim.scope, date: claim.date, signature: claim.signature };
}

function checkTime(claim: Claim): void {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(claim.date) ?? [];
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(time)) throw new S3Error(403, "AccessDenied", "The date of the signature is not valid.");
  const age = Date.now() - time;
  if (claim.presigned && age > claim.expiresSeconds * 1000)
    throw new S3Error(403, "AccessDenied", "Request has expired.");
  if (!claim.presigned && Math.abs(age) > MOST_SKEW_MS) {
    throw new S3Error(
      403,
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
    );
  }
}

/** Signs a request by headers, which must include the host. Gives the Authorization header and the chain for chunks. */
export function sign(
  key: { accessKey: string; secret: string },
  request: {
    method: string;
    path: string;
    query: [string, string][];
    headers: Record<string, string>;
    payloadHash: string;
  },
): { authorization: string; chain: Chain } {
  const date = request.headers["x-amz-date"] ?? "";
  const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const signed = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) => name === "host" || name.startsWith("x-amz-")),
  );
  const canonical = canonicalRequest(
    request.method,
    request.path,
    request.query,
    signed,
    request.payloadHash,
  );
  const signingKey = signingKeyOf(key.secret, scope);
  const signature = hmac(signingKey, [ALGORITHM, date, scope, sha256(canonical)].join("\n")).toString("hex");
  const names = Object.keys(signed).sort().join(";");
  const authorization = `${ALGORITHM} Credential=${key.accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { authorization, chain: { signingKey, scope, date, signature } };
}

function signingKeyOf(secret: string, scope: string): Buffer {
  return scope.split("/").reduce<Buffer | string>((key, part) => hmac(key, part), `AWS4${secret}`) as Buffer;
}

function canonicalRequest(
  method: string,
  path: string,
  query: [string, string][],
  headers: Record<string, string>,
  payloadHash: string,
): string {
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${(headers[name] ?? "").trim().replace(/\s+/g, " ")}\n`);
  return [method, encodePath(path), encodeQuery(query), lines.join(""), names.join(";"), payloadHash].join(
    "\n",
  );
}

/** The path with every segment encoded in the one way that signatures agree on. */
export const encodePath = (path: string): string =>
  path
    .split("/")
    .map((part) => encode(decode(part)))
    .join("/");

/** The query in canonical order and encoding. */
export function encodeQuery(query: [string, string][]): string {
  return query
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
}

/** Name and value of each parameter. A plus sign is a plus sign: S3 clients write a space as %20. */
export function pairs(rawQuery: string): [string, string][] {
  return rawQuery
    .split("&")
    .filter(Boolean)
    .map((pair) => {
      const [name = "", ...value] = pair.split("=");
      return [decode(name), decode(value.join("="))];
    });
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error(400, "InvalidURI", "The address is not well formed.");
  }
}

const textOf = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? value.join(",") : (value ?? "");
