import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { Failure } from "../failure.ts";
import { engineSays } from "../stack/engine.ts";

/** The files of a self-managed backend: a folder, or a bucket. Names are paths with slashes, from its root. */
export interface BackendFiles {
  /** Names of the files right below a folder, sorted; none where it does not exist. */
  list(folder: string): Promise<string[]>;
  /** A file's text; undefined where it does not exist. */
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/**
 * The files of the backend that the operator is logged in to.
 *
 * @param remedy what to do where it keeps none
 * @throws Failure where the backend is none that keeps files
 */
export async function backendFiles(remedy: string): Promise<BackendFiles> {
  const said = await engineSays(["whoami", "--json"], "nobody is logged in to a backend");
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(said));
  if (url.startsWith("file:")) return folderFiles(folderOf(url));
  if (url.startsWith("s3:")) return bucketFiles(new URL(url));
  throw new Failure(`${url} keeps no files that can be read here: it is no folder and no bucket`, remedy);
}

function folderOf(url: string): string {
  return url.startsWith("file:///") ? fileURLToPath(url.replace(/\?.*$/, "")) : url.slice("file://".length);
}

/** The files below a folder. */
function folderFiles(root: string): BackendFiles {
  return {
    list: async (folder) =>
      unlessMissing(() => readdirSync(join(root, folder), { withFileTypes: true }), [])
        .filter((entry) => entry.isFile())
        .map(({ name }) => `${folder}/${name}`)
        .sort(),
    read: async (name) => unlessMissing(() => readFileSync(join(root, name), "utf8"), undefined),
    write: async (name, text) => {
      const file = join(root, name);
      mkdirSync(dirname(file), { recursive: true });
      // Renamed into place: whoever reads meanwhile sees the old one or the new one.
      writeFileSync(`${file}.${process.pid}.partial`, text, { mode: 0o600 });
      renameSync(`${file}.${process.pid}.partial`, file);
    },
    remove: async (name) => rmSync(join(root, name), { force: true }),
  };
}

function unlessMissing<Value, Otherwise>(work: () => Value, otherwise: Otherwise): Value | Otherwise {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return otherwise;
    throw error;
  }
}

/** By the address's own words, as the engine understands them. */
function bucketFiles({ hostname: Bucket, searchParams }: URL): BackendFiles {
  const endpoint = searchParams.get("endpoint");
  const scheme = searchParams.get("disableSSL") === "true" ? "http" : "https";
  const client = new S3Client({
    region: searchParams.get("region") ?? "us-east-1",
    forcePathStyle: searchParams.get("s3ForcePathStyle") === "true",
    ...(endpoint === null ? {} : { endpoint: `${scheme}://${endpoint}` }),
  });
  return {
    list: async (folder) => {
      const names: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const where = { Bucket, Prefix: `${folder}/`, ...(ContinuationToken ? { ContinuationToken } : {}) };
        const page = await client.send(new ListObjectsV2Command(where));
        names.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      return names.filter((name) => !name.slice(folder.length + 1).includes("/")).sort();
    },
    read: async (Key) => {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        return await Body?.transformToString();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    write: async (Key, Body) => void (await client.send(new PutObjectCommand({ Bucket, Key, Body }))),
    remove: async (Key) => void (await client.send(new DeleteObjectCommand({ Bucket, Key }))),
  };
}
