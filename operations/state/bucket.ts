import { createReadStream, statSync } from "node:fs";
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { spacesClient } from "../cloud/spaces.ts";
import { Failure } from "../failure.ts";

/** A bucket in Spaces. */
export interface Place {
  readonly bucket: string;
  readonly region: string;
}

/**
 * Copies of the state, and disaster kits, in a bucket. The operator's own keys open it: when the state is lost, so are the keys that are in it.
 */
export class StateBucket {
  readonly place: Place;
  readonly #client: S3Client;

  constructor(place: Place) {
    this.place = place;
    const { SPACES_ACCESS_KEY_ID: accessKeyId, SPACES_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
    if (!accessKeyId || !secretAccessKey)
      throw new Failure(
        "SPACES_ACCESS_KEY_ID and SPACES_SECRET_ACCESS_KEY are not set, and copies of the state and kits lie in Spaces",
        "export the two (DigitalOcean control panel, Spaces Object Storage, Access Keys)",
      );
    this.#client = spacesClient(place.region, { accessKeyId, secretAccessKey });
  }

  /** Names of the copies of a stack, the newest first. */
  async list(stack: string): Promise<string[]> {
    return (await this.names(`state/${stack}/`)).filter((name) => name.endsWith(".age")).reverse();
  }

  /** Names that begin so, sorted. */
  async names(beginning: string): Promise<string[]> {
    const names: string[] = [];
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        ...{ Bucket: this.place.bucket, Prefix: beginning },
        ...(token === undefined ? {} : { ContinuationToken: token }),
      });
      const page = await this.#call(() => this.#client.send(command));
      names.push(...(page.Contents ?? []).flatMap(({ Key }) => Key ?? []));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return names.sort();
  }

  /** Keeps a copy, and reads it back: what lies there is what was sent. */
  async put(name: string, content: Uint8Array): Promise<void> {
    const where = { Bucket: this.place.bucket, Key: name };
    await this.#call(() => this.#client.send(new PutObjectCommand({ ...where, Body: content })));
    const kept = await this.get(name);
    if (!Buffer.from(kept).equals(content))
      throw new Failure(`${name} came back from ${this.place.bucket} as something else`);
  }

  /** A copy as it lies there. */
  async get(name: string): Promise<Uint8Array> {
    const command = new GetObjectCommand({ Bucket: this.place.bucket, Key: name });
    const { Body } = await this.#call(() => this.#client.send(command));
    if (Body === undefined) throw new Failure(`${name} in ${this.place.bucket} is empty`);
    return Body.transformToByteArray();
  }

  /** Keeps a file, however large: it is read as it is sent. */
  async putFile(name: string, file: string): Promise<void> {
    const ContentLength = statSync(file).size;
    const where = { Bucket: this.place.bucket, Key: name, ContentLength };
    await this.#call(() =>
      this.#client.send(new PutObjectCommand({ ...where, Body: createReadStream(file) })),
    );
  }

  /** What lies there, as it comes. */
  async stream(name: string): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const command = new GetObjectCommand({ Bucket: this.place.bucket, Key: name });
    const { Body } = await this.#call(() => this.#client.send(command));
    if (Body === undefined) throw new Failure(`${name} in ${this.place.bucket} is empty`);
    return Body.transformToWebStream() as ReadableStream<Uint8Array<ArrayBuffer>>;
  }

  async #call<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await call();
    } catch (error) {
      const { bucket, region } = this.place;
      const reason = error instanceof S3ServiceException ? `${error.name}: ${error.message}` : String(error);
      throw new Failure(`the bucket ${bucket} in ${region}: ${reason}`);
    }
  }
}
