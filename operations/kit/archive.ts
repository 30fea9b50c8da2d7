import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { PassThrough, Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { Decrypter, Encrypter } from "age-encryption";
import { extract, pack } from "tar-stream";
import { Failure } from "../failure.ts";

/** One file of a kit. What is large and no secret, such as an image, lies in a file of this computer. */
export interface Entry {
  /** Path inside the kit, with slashes. */
  readonly path: string;
  readonly content: Uint8Array | { readonly file: string; readonly bytes: number };
}

/** A file of a kit as it was found in one. */
export interface Found {
  readonly bytes: number;
  /** In lower-case hexadecimal digits. */
  readonly sha256: string;
}

/** Bytes and checksum of an entry before it is packed. */
export async function measure({ content }: Entry): Promise<Found> {
  if (content instanceof Uint8Array)
    return { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
  const hash = createHash("sha256");
  for await (const part of createReadStream(content.file)) hash.update(part);
  return { bytes: content.bytes, sha256: hash.digest("hex") };
}

/**
 * Packs entries as a tar archive and seals it with a passphrase in the age format, into a file: nothing readable touches the disk.
 * `age --decrypt KIT | tar -x` opens it without any of this. https://age-encryption.org/v1
 */
export async function sealInto(
  file: string,
  entries: readonly Entry[],
  passphrase: string,
  taken: Date,
): Promise<void> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  const sealed = await encrypter.encrypt(Readable.toWeb(Readable.from(packed(entries, taken))) as ByteStream);
  await pipeline(Readable.fromWeb(sealed as NodeStream), createWriteStream(file, { mode: 0o600 }));
}

async function* packed(entries: readonly Entry[], mtime: Date): AsyncGenerator<Uint8Array> {
  const archive = pack();
  const filled = fill(archive, entries, mtime);
  // Whatever ends it is thrown by the archive itself; without this it would be a second, unheard one.
  filled.catch((error) => archive.destroy(error));
  for await (const part of archive) yield part as Uint8Array;
  await filled;
}

async function fill(archive: ReturnType<typeof pack>, entries: readonly Entry[], mtime: Date) {
  for (const { path, content } of entries) {
    const header = { name: path, mode: 0o600, mtime };
    if (content instanceof Uint8Array) archive.entry(header, Buffer.from(content));
    else {
      const sink = archive.entry({ ...header, size: content.bytes });
      await pipeline(createReadStream(content.file), sink as unknown as Writable);
    }
  }
  archive.finalize();
}

/**
 * Opens a sealed kit from its first byte to its last, and hands out each file.
 *
 * @param name how the kit is called in errors
 * @param keep where a file goes; undefined for one that is only measured, `enough` for the first that is not opened any more
 * @returns what every file came to, by path
 * @throws Failure when the passphrase is another one, or the kit is not whole
 */
export async function openKit(
  sealed: ByteStream,
  passphrase: string,
  name: string,
  keep: (path: string) => Writable | "enough" | undefined,
): Promise<ReadonlyMap<string, Found>> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  const found = new Map<string, Found>();
  try {
    const plain = Readable.fromWeb((await decrypter.decrypt(sealed)) as NodeStream);
    const archive = extract();
    const fed = pipeline(plain, archive as unknown as Writable);
    fed.catch((error) => archive.destroy(error));
    for await (const entry of archive) {
      const path = entry.header.name;
      const sink = keep(path);
      if (sink === "enough") return found;
      found.set(path, await drained(entry, sink));
    }
    await fed;
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (/no identity matched/.test(String(error)))
      throw new Failure(
        `the passphrase does not open ${name}`,
        "give the shares of the set it was sealed for",
      );
    throw new Failure(`${name} is damaged: ${error instanceof Error ? error.message : error}`);
  }
  return found;
}

/**
 * Opens a sealed kit as far as its first file, and no further: what comes behind may be gigabytes, and nobody knows then whether that
 * is whole.
 *
 * @param path of that file
 * @returns its text
 * @throws Failure when the passphrase is another one, the kit is damaged so early, or begins with something else
 */
export async function openFirst(
  sealed: ByteStream,
  passphrase: string,
  name: string,
  path: string,
): Promise<string> {
  const first = new PassThrough();
  const read = text(first);
  const found = await openKit(sealed, passphrase, name, (next) => (next === path ? first : "enough"));
  if (!found.has(path)) throw new Failure(`${name} does not begin with ${path}: it is no kit`);
  return read;
}

async function drained(entry: AsyncIterable<unknown>, sink: Writable | undefined): Promise<Found> {
  const hash = createHash("sha256");
  let bytes = 0;
  const parts = async function* () {
    for await (const part of entry) {
      const piece = part as Uint8Array;
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  };
  await pipeline(parts, sink ?? nowhere());
  return { bytes, sha256: hash.digest("hex") };
}

const nowhere = () => new Writable({ write: (_part, _encoding, done) => done() });

/**
 * Where a kit's files go on this computer: into one folder, for its owner alone.
 *
 * @throws Failure for a path that would lead out of it
 */
export function intoFolder(folder: string): (path: string) => Writable {
  return (path) => {
    if (normalize(path) !== path || path.startsWith("/") || path.startsWith(".."))
      throw new Failure(`the kit has a file "${path}", which would lie outside ${folder}`);
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return createWriteStream(file, { mode: 0o600, flags: "wx" });
  };
}

/** Bytes as the web's streams carry them. */
export type ByteStream = ReadableStream<Uint8Array<ArrayBuffer>>;
type NodeStream = Parameters<typeof Readable.fromWeb>[0];
