import type { S3Client } from "@aws-sdk/client-s3";
import { Failure } from "../framework/errors.ts";
import type { Fields } from "../framework/values.ts";
import { textOf } from "../framework/values.ts";
import { splitImportId } from "./import-ids.ts";

/** Where Spaces answers, and the key to it. */
export interface SpacesSettings {
  /** A URL; `{{.Region}}` in it stands for the region. Empty for the public service. */
  endpoint: string;
  accessKeyId: string;
  secretAccessKey: string;
}

/** Makes a function that gives the S3 client of a region. */
export function makeSpaces(settings: SpacesSettings): (region: string) => Promise<S3Client> {
  const clients = new Map<string, Promise<S3Client>>();
  return (region) => {
    if (settings.accessKeyId === "" || settings.secretAccessKey === "") {
      const missing =
        "set digitalocean:spacesAccessId and digitalocean:spacesSecretKey, or SPACES_ACCESS_KEY_ID and";
      return Promise.reject(new Failure(`No Spaces key: ${missing} SPACES_SECRET_ACCESS_KEY.`));
    }
    const client = clients.get(region) ?? connect(settings, region);
    clients.set(region, client);
    return client;
  };
}

async function connect(settings: SpacesSettings, region: string): Promise<S3Client> {
  // The S3 library is large: only a run that has a bucket pays for loading it.
  const { S3Client } = await import("@aws-sdk/client-s3");
  const endpoint = settings.endpoint.replaceAll(/\{\{\s*\.Region\s*\}\}/g, region);
  return new S3Client({
    endpoint: endpoint || `https://${region}.digitaloceanspaces.com`,
    forcePathStyle: true,
    // Spaces signs with this region whatever the bucket's own is.
    region: "us-east-1",
    credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  });
}

/** True for an S3 error of one of these names or status codes. */
export function isSpacesError(error: unknown, ...namesOrStatuses: (string | number)[]): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata: metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  return namesOrStatuses.includes(error.name) || namesOrStatuses.includes(metadata?.httpStatusCode ?? -1);
}

/** Runs an S3 call; an error says what was being done, the status and the service's words. */
export async function spacesCall<Answer>(what: string, call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { $metadata: metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
    const status = metadata?.httpStatusCode === undefined ? "" : ` ${metadata.httpStatusCode}`;
    const failure = new Failure(`Spaces could not ${what}:${status} ${error.name}: ${error.message}`);
    // Callers tell a missing bucket from other failures by these two.
    throw Object.assign(failure, { name: error.name, $metadata: metadata });
  }
}

/** Which bucket a resource is about: the stored one, or on import the one named by `<region>,<bucket>`. */
export function locateBucket(id: string, known: Fields): { region: string; bucket: string } {
  if (Object.keys(known).length > 0) return { region: textOf(known.region), bucket: id };
  const [region, bucket] = splitImportId(id, "<region>,<bucket>");
  return { region, bucket };
}
