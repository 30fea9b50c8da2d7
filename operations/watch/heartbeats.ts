import { GetObjectCommand, NoSuchKey, type S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { spacesClient } from "../cloud/spaces.ts";
import { Failure } from "../failure.ts";
import { engineSays } from "../stack/engine.ts";
import type { WatchSettings } from "./settings.ts";

const incident = z.object({ title: z.string(), wrong: z.string(), since: z.string() });

const heartbeat = z.object({
  time: z.string(),
  watchingSince: z.string(),
  incidents: z.array(incident),
  untold: z.number(),
  channels: z.record(
    z.string(),
    z.object({
      delivered: z.string().optional(),
      failingSince: z.string().optional(),
      reason: z.string().optional(),
    }),
  ),
  drill: z.object({ time: z.string(), channels: z.record(z.string(), z.string()) }).nullable(),
  cost: z.object({ seconds: z.number(), cpuSeconds: z.number(), memoryMib: z.number() }),
});

/** What a host has said of itself five minutes ago at most, when all is well. */
export type Heartbeat = z.output<typeof heartbeat>;

/** A host's last heartbeat; null when there is none, and the reason when nobody can tell. */
export type FoundHeartbeat = Heartbeat | null | { readonly unreadable: string };

/** The last heartbeats of all hosts, by host. */
export async function readHeartbeats(
  settings: WatchSettings,
): Promise<Readonly<Record<string, FoundHeartbeat>>> {
  const client = await open(settings);
  const hosts = Object.keys(settings.hosts);
  const found = await Promise.all(hosts.map((host) => readOne(client, settings.bucketName, host)));
  return Object.fromEntries(hosts.map((host, index) => [host, found[index] ?? null]));
}

async function readOne(client: S3Client, Bucket: string, host: string): Promise<FoundHeartbeat> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: `heartbeats/${host}.json` }));
    return heartbeat.parse(JSON.parse((await Body?.transformToString()) ?? ""));
  } catch (error) {
    if (error instanceof NoSuchKey) return null;
    if (error instanceof z.ZodError) return { unreadable: "it is not as this version writes it: pulumi up" };
    return { unreadable: `${(error as Error).name}: ${(error as Error).message.split("\n")[0]}` };
  }
}

const key = z.object({ accessKey: z.string(), secretKey: z.string() });

/** The key comes from the environment, as on a machine that knows nothing else of the stack; or else from the stack. */
async function open({ environment, region }: WatchSettings): Promise<S3Client> {
  const { HEARTBEAT_ACCESS_KEY_ID: accessKey, HEARTBEAT_SECRET_ACCESS_KEY: secretKey } = process.env;
  const known = accessKey && secretKey ? { accessKey, secretKey } : await keyOfStack(environment);
  const credentials = { accessKeyId: known.accessKey, secretAccessKey: known.secretKey };
  return spacesClient(region, credentials, { maxAttempts: 5 });
}

async function keyOfStack(environment: string) {
  const words = ["stack", "output", "heartbeatKey", "--json", "--show-secrets", "--stack", environment];
  const text = await engineSays(words, `the key of the heartbeats of ${environment} cannot be read`);
  const parsed = key.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new Failure(
    `the stack ${environment} has no key of the heartbeats yet`,
    `pulumi up --stack ${environment}, or HEARTBEAT_ACCESS_KEY_ID and HEARTBEAT_SECRET_ACCESS_KEY`,
  );
}
