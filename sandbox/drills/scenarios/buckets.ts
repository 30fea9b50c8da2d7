import type { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { Failure, messageOf } from "../../engine/failure.ts";
import type { Ground } from "../ground.ts";

const listed = z.object({ buckets: z.array(z.object({ bucket: z.string() })).length(2) });

const exported = z.object({
  deployment: z.object({
    resources: z.array(
      z.object({ type: z.string(), outputs: z.record(z.string(), z.unknown()).default({}) }),
    ),
  }),
});
const bucketSchema = z.object({ name: z.string(), region: z.string() });

/** Where backups and kits go to first, and every bucket that the stack has there. */
export interface BackupRegion {
  readonly region: string;
  readonly buckets: readonly string[];
}

/** The region of the backups' first bucket, as the stack's state says: the sandbox's Spaces is one server for all regions. */
export async function backupRegion({ operator, environment }: Ground): Promise<BackupRegion> {
  const text = await operator.told("./scripts/ops", "kit", "list", environment, "--json");
  const first = listed.parse(JSON.parse(text)).buckets[0]?.bucket;
  const state = exported.parse(JSON.parse(await operator.told("pulumi", "stack", "export")));
  const buckets = state.deployment.resources
    .filter(({ type }) => type.endsWith(":SpacesBucket"))
    .map(({ outputs }) => bucketSchema.parse(outputs));
  const region = buckets.find(({ name }) => name === first)?.region;
  if (region === undefined) throw new Failure(`the stack has no bucket ${first}, so it cannot be lost`);
  return { region, buckets: buckets.filter((one) => one.region === region).map(({ name }) => name) };
}

/** Deletes buckets with every version of every object, as whoever has the account can. */
export async function loseBuckets(ground: Ground, buckets: readonly string[]): Promise<void> {
  await withSpaces(ground, async (client) => {
    for (const bucket of buckets) await remove(client, bucket);
  });
}

async function remove(client: S3Client, bucket: string): Promise<void> {
  const { DeleteBucketCommand, DeleteObjectsCommand, ListObjectVersionsCommand } = await import(
    "@aws-sdk/client-s3"
  );
  for (;;) {
    const page = await client.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    if (found.length === 0) break;
    const Objects = found.map(({ Key, VersionId }) => ({ Key, VersionId }));
    const order = { Bucket: bucket, Delete: { Objects, Quiet: true } };
    const { Errors: [refused] = [] } = await client.send(new DeleteObjectsCommand(order));
    if (refused) throw new Failure(`${refused.Key} in ${bucket} cannot be deleted: ${refused.Message}`);
  }
  await client.send(new DeleteBucketCommand({ Bucket: bucket }));
}

/** Lets the account's own key do something in Spaces. */
async function withSpaces<Result>(
  { accountKeys }: Ground,
  work: (client: S3Client) => Promise<Result>,
): Promise<Result> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const { spacesUrl, spacesAccessKeyId: accessKeyId, spacesSecretAccessKey: secretAccessKey } = accountKeys;
  const where = { endpoint: spacesUrl, region: "us-east-1", forcePathStyle: true };
  const client = new S3Client({ ...where, credentials: { accessKeyId, secretAccessKey } });
  try {
    return await work(client);
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(`Spaces refused it: ${messageOf(error)}`);
  } finally {
    client.destroy();
  }
}
