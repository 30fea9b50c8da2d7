import type { S3Client } from "@aws-sdk/client-s3";
import type { CloudKeys } from "../engine/cloud.ts";
import { Failure, messageOf } from "../engine/failure.ts";

/** Type token of a bucket: no part of the vendor's REST API. */
export const bucketType = "digitalocean:index/spacesBucket:SpacesBucket";

/** Removes a bucket that an interrupted creation left, which is empty; false when there is none of that name. */
export async function removeBucket(name: string, cloud: CloudKeys): Promise<boolean> {
  const { DeleteBucketCommand, S3ServiceException } = await import("@aws-sdk/client-s3");
  try {
    await withSpaces(cloud, (client) => client.send(new DeleteBucketCommand({ Bucket: name })));
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === "NoSuchBucket") return false;
    throw new Failure(`tidying up after a killed run: bucket ${name} cannot be removed: ${messageOf(error)}`);
  }
}

/** Whether the account has a bucket of this name. */
export async function hasBucket(name: string, cloud: CloudKeys): Promise<boolean> {
  const { ListBucketsCommand } = await import("@aws-sdk/client-s3");
  const { Buckets = [] } = await withSpaces(cloud, (client) => client.send(new ListBucketsCommand({})));
  return Buckets.some(({ Name }) => Name === name);
}

async function withSpaces<Answer>(
  { spacesUrl, spacesAccessKeyId: accessKeyId, spacesSecretAccessKey: secretAccessKey }: CloudKeys,
  work: (client: S3Client) => Promise<Answer>,
): Promise<Answer> {
  // Loaded when wanted: it is large, and nearly no run has anything to tidy up.
  const { S3Client } = await import("@aws-sdk/client-s3");
  const where = { endpoint: spacesUrl, region: "us-east-1", forcePathStyle: true };
  const client = new S3Client({ ...where, credentials: { accessKeyId, secretAccessKey } });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
