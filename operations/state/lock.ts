import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { Failure } from "../failure.ts";
import { engineSays } from "../stack/engine.ts";
import { projectName } from "./stack-state.ts";

const lockSchema = z.object({
  pid: z.int(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.iso.datetime({ offset: true, local: true }),
});

/** Who has a stack for himself, since when. */
export interface Lock {
  readonly owner: string;
  readonly pid: number;
  readonly since: string;
  readonly ageSeconds: number;
  /** Whether that process still runs; null on another computer, where nobody here can know. */
  readonly runs: boolean | null;
}

/**
 * The locks of a stack, from the backend that the operator is logged in to.
 *
 * @throws Failure where the backend is none that keeps locks in files
 */
export async function locksOf(stack: string): Promise<Lock[]> {
  const said = await engineSays(["whoami", "--json"], "nobody is logged in to a backend");
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(said));
  const folder = `.pulumi/locks/organization/${projectName()}/${stack}`;
  const texts = url.startsWith("file:")
    ? fileTexts(url, folder)
    : url.startsWith("s3:")
      ? await bucketTexts(new URL(url), folder)
      : undefined;
  if (texts === undefined)
    throw new Failure(
      `${url} keeps no locks that can be read here; Pulumi's own service shows them on the stack's page`,
      `pulumi cancel --stack ${stack}`,
    );
  return texts.map((text) => describe(lockSchema.parse(JSON.parse(text))));
}

function describe({ pid, username, hostname: where, timestamp }: z.output<typeof lockSchema>): Lock {
  const ageSeconds = Math.max(0, Math.round((Date.now() - Date.parse(timestamp)) / 1000));
  const runs = where === hostname() ? processRuns(pid) : null;
  return { owner: `${username}@${where}`, pid, since: timestamp, ageSeconds, runs };
}

function processRuns(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process cannot be asked, but is there.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function fileTexts(url: string, folder: string): string[] {
  const place = url.startsWith("file:///")
    ? fileURLToPath(url.replace(/\?.*$/, ""))
    : url.slice("file://".length);
  const path = join(place, folder);
  try {
    const names = readdirSync(path).filter((name) => name.endsWith(".json"));
    return names.map((name) => readFileSync(join(path, name), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** By the address's own words, and the keys that the engine uses. */
async function bucketTexts({ hostname: bucket, searchParams }: URL, folder: string): Promise<string[]> {
  const endpoint = searchParams.get("endpoint");
  const scheme = searchParams.get("disableSSL") === "true" ? "http" : "https";
  const client = new S3Client({
    region: searchParams.get("region") ?? "us-east-1",
    forcePathStyle: searchParams.get("s3ForcePathStyle") === "true",
    ...(endpoint === null ? {} : { endpoint: `${scheme}://${endpoint}` }),
  });
  const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${folder}/` }));
  const texts = (page.Contents ?? []).map(async ({ Key }) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return (await Body?.transformToString()) ?? "";
  });
  return Promise.all(texts);
}
