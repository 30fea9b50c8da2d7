import { createHash } from "node:crypto";
import { Transform, type TransformCallback } from "node:stream";
import type { Address } from "./addressing.ts";

const LONGEST_DOCUMENT = 64 * 1024;

/** Passes a body on as it is, and remembers of it what the journal may know. */
export class BodyRecord extends Transform {
  readonly #hash = createHash("sha256");
  #parts: Buffer[] = [];
  #length = 0;

  override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.see(data);
    done(null, data);
  }

  /** Takes note of a piece that went another way. */
  see(data: Buffer): void {
    this.#hash.update(data);
    this.#length += data.length;
    this.#parts = this.#length <= LONGEST_DOCUMENT ? [...this.#parts, data] : [];
  }

  /** The document a bucket's setting was given, or the hash of what went into an object; undefined without a body. */
  summary({ key, bucket }: Pick<Address, "bucket" | "key">): string | undefined {
    if (this.#length === 0) return undefined;
    const isDocument = bucket !== "" && key === "" && this.#length <= LONGEST_DOCUMENT;
    return isDocument
      ? Buffer.concat(this.#parts).toString("utf8")
      : `sha256:${this.#hash.copy().digest("hex")}`;
  }
}
