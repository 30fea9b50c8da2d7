import { type IncomingMessage, request } from "node:http";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { sha256, sign } from "../../sandbox/cloud/spaces/signature.ts";
import { findVersitygw, startCloud, type TestCloud } from "./support.ts";

export const binary = findVersitygw();
/** Why tests that need the S3 server cannot run, if they cannot. */
export const skip = binary === undefined && "there is no versitygw: name it in SANDBOX_VERSITYGW";

export interface Key {
  id: string;
  secret: string;
}

export const startWithSpaces = (): Promise<TestCloud> => startCloud([], { SANDBOX_VERSITYGW: binary });

export const ownerKey = (cloud: TestCloud): Key => ({
  id: cloud.keys.spacesAccessKeyId,
  secret: cloud.keys.spacesSecretAccessKey,
});

/** The vendor's own client library, path style on our address, signing for us-east-1. */
export function clientOf(cloud: TestCloud, key: Key): S3Client {
  return new S3Client({
    endpoint: cloud.keys.spacesUrl,
    region: "us-east-1",
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: key.id, secretAccessKey: key.secret },
  });
}

export async function read(s3: S3Client, Bucket: string, Key: string): Promise<string | undefined> {
  return (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
}

export interface RawRequest {
  method: string;
  /** The request target as it stands in the first line. */
  target: string;
  host: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** Sends a request exactly as given, and reads the answer. */
export async function raw(cloud: TestCloud, wanted: RawRequest): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(cloud.keys.spacesUrl);
  const headers = {
    ...wanted.headers,
    host: wanted.host,
    "content-length": String(wanted.body?.length ?? 0),
  };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = request({ hostname, port, method: wanted.method, path: wanted.target, headers }, resolve);
    sent.once("error", reject);
    sent.end(wanted.body);
  });
  let text = "";
  for await (const part of answer) text += part;
  return { status: answer.statusCode ?? 0, text };
}

/** Headers that sign a request the way a client does. `path` is what the signature covers. */
export function signedHeaders(
  key: Key,
  wanted: {
    method: string;
    host: string;
    path: string;
    query?: [string, string][];
    body?: string;
    payloadHash?: string;
  },
  extra: Record<string, string> = {},
) {
  const payloadHash = wanted.payloadHash ?? sha256(wanted.body ?? "");
  const date = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const headers = { ...extra, host: wanted.host, "x-amz-date": date, "x-amz-content-sha256": payloadHash };
  const { method, path, query = [] } = wanted;
  const signed = sign(
    { accessKey: key.id, secret: key.secret },
    { method, path, query, headers, payloadHash },
  );
  return { headers: { ...headers, authorization: signed.authorization }, chain: signed.chain };
}
