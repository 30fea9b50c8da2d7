import { S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { spacesEndpoint } from "../../config/naming.ts";

/** The keys that open a bucket. */
export interface SpacesKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * A client of a region's Spaces, or of what `OPS_SPACES_ENDPOINT_URL` names in its place. The provider's own
 * `SPACES_ENDPOINT_URL` is not read: it may hold a template that the provider alone fills in.
 *
 * @param region such as `nyc3`
 * @see https://docs.digitalocean.com/products/spaces/reference/s3-compatibility/
 */
export function spacesClient(
  region: string,
  credentials: SpacesKeys,
  options: Pick<S3ClientConfig, "maxAttempts"> = {},
): S3Client {
  const { OPS_SPACES_ENDPOINT_URL: endpoint = spacesEndpoint(region) } = process.env;
  // Spaces takes this region's name everywhere; which one it is, the endpoint says.
  return new S3Client({ endpoint, region: "us-east-1", forcePathStyle: true, credentials, ...options });
}
