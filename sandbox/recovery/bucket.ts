import type { CloudKeys } from "../engine/cloud.ts";
import { Failure, messageOf } from "../engine/failure.ts";

/** Removes a bucket that an interrupted creation left, which is empty; false when there is none of that name. */
export async function removeBucket(name: string, cloud: CloudKeys): Promise<boolean> {
  // Loaded when wanted: it is large, and nearly no run has anything to tidy up.
  const { DeleteBucketCommand, S3Client, S3ServiceException } = await import("@aws-sdk/client-s3");
  const client = new S3Client({
    endpoint: cloud.spacesUrl,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: cloud.spacesAccessKeyId, secretAccessKey: cloud.spacesSecretAccessKey },
  });
  try {
    await client.send(new DeleteBucketCommand({ Bucket: name }));
    return true;
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === "NoSuchBucket") return false;
    throw new Failure(`tidying up after a killed run: bucket ${name} cannot be removed: ${messageOf(error)}`);
  } finally {
    client.destroy();
  }
}
