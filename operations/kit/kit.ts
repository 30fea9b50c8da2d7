import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PassThrough, type Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { secretInventory } from "../../config/derive/secret-inventory.ts";
import { root } from "../environments.ts";
import { Failure } from "../failure.ts";
import { plainConfiguration } from "../plain-configuration.ts";
import { passphrase } from "../stack/passphrase.ts";
import type { StateBucket } from "../state/bucket.ts";
import { readCopy, requireOwner } from "../state/copy.ts";
import { type Proof, prove } from "../state/proof.ts";
import { projectName, takeCopy } from "../state/stack-state.ts";
import { type ByteStream, type Found, intoFolder, openKit, sealInto } from "./archive.ts";
import { type Gathering, gatherKit } from "./gather.ts";
import { type Inventory, inventoryPath, lacks, readInventory } from "./inventory.ts";
import { evenPassphrases, keptPassphrase } from "./passphrase.ts";
import { kitBucket, kitName } from "./places.ts";

/** A kit that lies in both buckets. */
export interface MadeKit extends Proof {
  readonly name: string;
  readonly buckets: readonly string[];
  /** Of the sealed kit. */
  readonly bytes: number;
  readonly files: number;
  /** What should be in it and could not be had. */
  readonly missing: readonly string[];
}

/**
 * Makes a kit, writes it into both buckets, and opens what lies there then: every file has to be what was packed, and the state one
 * that the engine takes, with every secret open. A kit with something missing is still written, and says so.
 */
export async function makeKit(
  environment: string,
  { mirror, knownHosts }: Pick<Gathering, "mirror" | "knownHosts">,
): Promise<MadeKit> {
  const buckets = [kitBucket(environment, "first"), kitBucket(environment, "second")] as const;
  await evenPassphrases(buckets, environment);
  const key = await keptPassphrase(buckets[0], environment, passphrase());
  const folder = mkdtempSync(join(tmpdir(), "kit-"));
  try {
    const copy = await takeCopy(environment);
    const { entries, inventory } = await gatherKit({ environment, copy, mirror, knownHosts, folder });
    const file = join(folder, "kit.tar.age");
    await sealInto(file, entries, key.passphrase, new Date(copy.takenAt));
    const name = kitName(environment, copy.takenAt, key.set);
    for (const bucket of buckets) await bucket.putFile(name, file);
    let proof: Proof | undefined;
    for (const bucket of buckets) {
      const opened = await lookInto(await bucket.stream(name), key.passphrase, name);
      requireNothingElse(lacks(opened.inventory, opened.found, rowsOf(environment)), inventory, bucket);
      proof ??= await proveState(opened, environment, name);
    }
    const places = buckets.map(({ place }) => place.bucket);
    const { missing, files } = inventory;
    const size = statSync(file).size;
    return {
      ...{ name, buckets: places, bytes: size, files: Object.keys(files).length, missing },
      ...(proof ?? { resources: 0, secrets: 0 }),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What was packed and is not there is no missing part, it is a kit that cannot be relied on. */
function requireNothingElse(
  lacking: readonly string[],
  { missing }: Inventory,
  { place }: StateBucket,
): void {
  const unexpected = lacking.filter((one) => !missing.includes(one));
  if (unexpected.length > 0)
    throw new Failure(
      `the kit that lies in ${place.bucket} is not the one that was made: ${unexpected.join("; ")}`,
    );
}

/** A kit as it was found in a bucket. */
export interface OpenedKit {
  readonly inventory: Inventory;
  /** Every file with its size and checksum, by path. */
  readonly found: ReadonlyMap<string, Found>;
  /** Text of the copy of the state. */
  readonly state: string;
}

/**
 * Opens a kit from its first byte to its last.
 *
 * @param keep where files go; left out, they are only looked at
 * @throws Failure when it is damaged, or the passphrase is another one
 */
export async function lookInto(
  sealed: ByteStream,
  secret: string,
  name: string,
  keep: (path: string) => Writable | undefined = () => undefined,
): Promise<OpenedKit> {
  const read: Record<string, Promise<string>> = {};
  const found = await openKit(sealed, secret, name, (path) => {
    const sink = keep(path);
    if (path !== inventoryPath && path !== "state.json") return sink;
    const through = new PassThrough();
    read[path] = text(through);
    if (sink !== undefined) through.pipe(sink);
    return through;
  });
  const [inventory, state] = [await read[inventoryPath], await read["state.json"]];
  if (inventory === undefined || state === undefined)
    throw new Failure(
      `${name} has no ${inventory === undefined ? inventoryPath : "state.json"}: it is no kit`,
    );
  return { inventory: readInventory(inventory, name), found, state };
}

/** What proves a kit's state, by the passphrase that is in the kit's own settings' time. */
export async function proveState(
  { state }: Pick<OpenedKit, "state">,
  environment: string,
  name: string,
): Promise<Proof> {
  const copy = readCopy(state, `state.json in ${name}`);
  requireOwner(copy, projectName(), environment);
  return prove(copy, passphrase());
}

/** The secrets that the platform has by the settings as they are now. */
export const rowsOf = (environment: string) => secretInventory(plainConfiguration(environment));

/**
 * Opens a kit into a new folder, for its owner alone, and makes sure that every file is what was packed.
 *
 * @throws Failure for a folder in the repository or one that is not empty, and when the kit is damaged
 */
export async function openInto(
  folder: string,
  sealed: ByteStream,
  secret: string,
  name: string,
): Promise<OpenedKit> {
  const target = resolve(folder);
  if (`${target}/`.startsWith(`${root}/`))
    throw new Failure(
      `${target} lies in the repository, where secrets would be one commit from everybody's eyes`,
      "--into ~/kit",
    );
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new Failure(`${target} is not empty: a kit goes into a folder of its own`, "--into another folder");
  mkdirSync(target, { recursive: true, mode: 0o700 });
  const opened = await lookInto(sealed, secret, name, intoFolder(target));
  const lacking = lacks(opened.inventory, opened.found, []).filter(
    (one) => !opened.inventory.missing.includes(one),
  );
  if (lacking.length > 0) throw new Failure(`${name} is damaged: ${lacking.join("; ")}`);
  return opened;
}
