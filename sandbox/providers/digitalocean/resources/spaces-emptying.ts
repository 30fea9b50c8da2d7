import type { ObjectIdentifier, S3Client } from "@aws-sdk/client-s3";
import { Failure } from "../../framework/errors.ts";
import { spacesCall } from "../spaces.ts";

/** Deletes every version of every object under a prefix; of a whole bucket unless a prefix is given. */
export async function emptyBucket(client: S3Client, bucket: string, prefix?: string): Promise<void> {
  const { DeleteObjectsCommand, ListObjectVersionsCommand } = await import("@aws-sdk/client-s3");
  const where = prefix === undefined ? { Bucket: bucket } : { Bucket: bucket, Prefix: prefix };
  for (;;) {
    // What was listed is deleted at once, so the first page is always the next one.
    const page = await spacesCall(`list bucket ${bucket}`, client.send(new ListObjectVersionsCommand(where)));
    const Objects: ObjectIdentifier[] = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].flatMap(
      ({ Key, VersionId }) =>
        Key === undefined ? [] : [{ Key, ...(VersionId === undefined ? {} : { VersionId }) }],
    );
    if (Objects.length === 0) return;
    const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
    const { Errors = [] } = await spacesCall(`empty bucket ${bucket}`, client.send(command));
    const [refused] = Errors;
    if (refused)
      throw new Failure(`Spaces would not delete ${refused.Key} in bucket ${bucket}: ${refused.Message}`);
  }
}
