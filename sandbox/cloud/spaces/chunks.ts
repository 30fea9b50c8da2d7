import { Transform, type TransformCallback } from "node:stream";
import { S3Error } from "./errors.ts";
import { type Chain, hmac, sha256 } from "./signature.ts";

const END = Buffer.from("\r\n");
const EMPTY = sha256("");
const LONGEST_LINE = 16 * 1024;
const LARGEST_CHUNK = 64 * 1024 * 1024;

type State = "header" | "data" | "trailer";

/**
 * Verifies the signatures of a chunked body as it passes, and signs every chunk anew for the server behind.
 *
 * Clients that stream over plain HTTP (restic's among them) sign each chunk, linked to the one before and at last to the
 * signature of the request. Since the request is signed anew, its chunks have to be too.
 */
export class ChunkSigner extends Transform {
  readonly #from: Chain;
  readonly #to: Chain;
  #buffer = Buffer.alloc(0);
  #state: State = "header";
  #size = 0;
  #claimed = "";
  #trailers = "";

  constructor(from: Chain, to: Chain) {
    super();
    this.#from = { ...from };
    this.#to = { ...to };
  }

  override _transform(data: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    try {
      while (this.#step());
      done();
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    done(this.#buffer.length > 0 ? malformed() : null);
  }

  /** Takes one piece off the buffer; false when it is not there yet. */
  #step(): boolean {
    if (this.#state === "header") return this.#header();
    return this.#state === "data" ? this.#chunk() : this.#trailer();
  }

  #header(): boolean {
    const line = this.#line();
    if (line === undefined) return false;
    const [, size = "", signature = ""] = /^([0-9a-f]+);chunk-signature=([0-9a-f]{64})$/i.exec(line) ?? [];
    this.#size = Number.parseInt(size, 16);
    if (!(this.#size >= 0 && this.#size <= LARGEST_CHUNK)) throw malformed();
    this.#claimed = signature;
    this.#state = "data";
    return true;
  }

  #chunk(): boolean {
    if (this.#size === 0) {
      this.#pass(Buffer.alloc(0));
      this.#state = "trailer";
      return true;
    }
    if (this.#buffer.length < this.#size + END.length) return false;
    this.#pass(this.#buffer.subarray(0, this.#size));
    this.push(END);
    this.#buffer = this.#buffer.subarray(this.#size + END.length);
    this.#state = "header";
    return true;
  }

  /** The lines after the last chunk: checksums, their signature, and an empty one. */
  #trailer(): boolean {
    const line = this.#line();
    if (line === undefined) return false;
    const signature = /^x-amz-trailer-signature:([0-9a-f]{64})$/.exec(line)?.[1];
    if (signature !== undefined) {
      const hash = sha256(this.#trailers);
      check(this.#advance(this.#from, "AWS4-HMAC-SHA256-TRAILER", [hash]), signature);
      this.push(`x-amz-trailer-signature:${this.#advance(this.#to, "AWS4-HMAC-SHA256-TRAILER", [hash])}\r\n`);
      return true;
    }
    // Some clients end the line that was signed with its own newline, and then the line as HTTP wants it.
    if (line !== "") this.#trailers += `${line.replace(/\n$/, "")}\n`;
    this.push(`${line}\r\n`);
    return true;
  }

  #pass(data: Buffer): void {
    const hashes = [EMPTY, sha256(data)];
    check(this.#advance(this.#from, "AWS4-HMAC-SHA256-PAYLOAD", hashes), this.#claimed);
    const signature = this.#advance(this.#to, "AWS4-HMAC-SHA256-PAYLOAD", hashes);
    this.push(`${data.length.toString(16)};chunk-signature=${signature}\r\n`);
    if (data.length > 0) this.push(Buffer.from(data));
  }

  /** The next signature of a chain. */
  #advance(chain: Chain, algorithm: string, hashes: string[]): string {
    const text = [algorithm, chain.date, chain.scope, chain.signature, ...hashes].join("\n");
    chain.signature = hmac(chain.signingKey, text).toString("hex");
    return chain.signature;
  }

  #line(): string | undefined {
    const end = this.#buffer.indexOf(END);
    if (end < 0 && this.#buffer.length > LONGEST_LINE) throw malformed();
    if (end < 0) return undefined;
    const line = this.#buffer.toString("latin1", 0, end);
    this.#buffer = this.#buffer.subarray(end + END.length);
    return line;
  }
}

function check(expected: string, claimed: string): void {
  if (expected !== claimed)
    throw new S3Error(403, "SignatureDoesNotMatch", "The signature of a chunk does not match.");
}

const malformed = () => new S3Error(400, "IncompleteBody", "The chunked body is not well formed.");
