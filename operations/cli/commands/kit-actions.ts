import { createReadStream, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Readable } from "node:stream";
import { requireEnvironment, root } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import type { ByteStream } from "../../kit/archive.ts";
import { lacks } from "../../kit/inventory.ts";
import { lookInto, makeKit, openInto, proveState, rowsOf } from "../../kit/kit.ts";
import { keepPassphrase, keptPassphrase, newPassphrase } from "../../kit/passphrase.ts";
import { type Copy, findKit, kitBucket, kitsIn, tooOld } from "../../kit/places.ts";
import { type GivenShares, type Joined, joinShares, splitPassphrase } from "../../kit/shares.ts";
import { passphrase } from "../../stack/passphrase.ts";
import { ask } from "../asking.ts";
import { print, printJson, say } from "../output.ts";

/** Exit status where something is missing. */
const incomplete = 3;

interface SharesOptions {
  readonly any: number;
  readonly of: number;
  readonly into?: string;
}

/** Makes a new passphrase and its shares. */
export async function shares(environment: string, { any, of, into }: SharesOptions): Promise<void> {
  requireEnvironment(environment);
  if (into === undefined && !process.stdout.isTTY)
    throw new Failure(
      "the shares would go to a file or a log, where all of them would lie together",
      "run it at a terminal, or let each be a file of its own: --into FOLDER",
    );
  const secret = newPassphrase();
  const split = await splitPassphrase(secret, environment, { any, of });
  const buckets = [kitBucket(environment, "first"), kitBucket(environment, "second")];
  const folder = into === undefined ? undefined : newFolder(into);
  const kept = { passphrase: secret, set: split.set };
  await keepPassphrase(buckets, environment, kept, passphrase(), new Date());
  for (const [index, share] of split.shares.entries()) {
    if (folder === undefined) print(`\nshare ${index + 1} of ${of}:\n${share}`);
    else {
      const file = join(folder, `share-${index + 1}.txt`);
      writeFileSync(file, `${share}\n`, { mode: 0o600, flag: "wx" });
      say(file);
    }
  }
  say(
    `Any ${any} of these ${of} open the kits that are made from now on (set ${split.set}). They are nowhere else: hand each to ` +
      `somebody, on paper or into a password manager, and keep no two together.`,
  );
  say(`Now make one: ./scripts/ops kit make ${environment}`);
}

function newFolder(path: string): string {
  const folder = resolve(path);
  if (`${folder}/`.startsWith(`${root}/`))
    throw new Failure(`${folder} lies in the repository, where no secret may lie`, "--into ~/shares");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

interface MakeOptions {
  readonly mirror?: true;
  readonly knownHosts?: string;
  readonly json?: true;
}

/** Makes a kit. */
export async function make(environment: string, { mirror, knownHosts, json }: MakeOptions): Promise<void> {
  requireEnvironment(environment);
  const made = await makeKit(environment, { mirror: mirror === true, knownHosts });
  const { name, buckets, bytes, files, resources, secrets, missing } = made;
  if (json) printJson({ environment, ...made });
  else
    print(
      `${name}: ${files} files, ${inMegabytes(bytes)}, opened in ${buckets.join(" and ")}; its state has ${resources} resources, all ${secrets} secrets opened`,
    );
  tellMissing(missing);
}

interface VerifyOptions {
  readonly at?: string;
  readonly copy?: Copy;
  readonly shares?: string[];
  readonly maxAgeDays: number;
  readonly json?: true;
}

/** Opens a kit where it lies, and says what it lacks. */
export async function verify(environment: string, options: VerifyOptions): Promise<void> {
  requireEnvironment(environment);
  const { at, copy, maxAgeDays, json } = options;
  const joined = options.shares === undefined ? undefined : await joinShares(sharesIn(options.shares));
  const looked = [];
  for (const one of copy === undefined ? (["first", "second"] as const) : [copy]) {
    const bucket = kitBucket(environment, one);
    const found = await findKit(bucket, environment, at);
    const { name, takenAt, set } = found;
    const secret =
      joined === undefined
        ? (await keptPassphrase(bucket, environment, passphrase(), set)).passphrase
        : opening(joined, environment, name, set);
    const opened = await lookInto(await bucket.stream(name), secret, name);
    const proof = await proveState(opened, environment, name);
    const lacking = [
      ...lacks(opened.inventory, opened.found, rowsOf(environment)),
      ...tooOld(found, new Date(), maxAgeDays),
    ];
    const files = opened.found.size;
    looked.push({
      bucket: bucket.place.bucket,
      name,
      takenAt: takenAt.toISOString(),
      files,
      ...proof,
      lacks: lacking,
    });
  }
  if (json) printJson({ environment, kits: looked });
  else
    for (const { bucket, name, files, resources, secrets } of looked)
      print(`${bucket}: ${name}: ${files} files, ${resources} resources, all ${secrets} secrets opened`);
  tellMissing([...new Set(looked.flatMap((one) => one.lacks))]);
}

interface OpenOptions {
  readonly into: string;
  readonly at?: string;
  readonly copy: Copy;
  readonly file?: string;
  readonly shares?: string[];
  readonly json?: true;
}

/** Opens a kit into a folder. It takes no state and no passphrase of the stack: they are in it. */
export async function open(environment: string, options: OpenOptions): Promise<void> {
  requireEnvironment(environment);
  const { into, at, copy, file, json } = options;
  const joined = await joinShares(
    options.shares === undefined ? await askShares() : sharesIn(options.shares),
  );
  const { name, sealed } = file === undefined ? await inBucket(environment, copy, at, joined) : onDisk(file);
  const { inventory, found } = await openInto(into, sealed, joined.passphrase, name);
  const { missing, takenAt, commit } = inventory;
  if (json)
    printJson({ environment, name, into: resolve(into), takenAt, commit, files: found.size, missing });
  else {
    print(
      `${name}: ${found.size} files are in ${resolve(into)}, each as it was packed on ${takenAt} at commit ${commit}`,
    );
    say(`What to do with them: docs/runbooks/total-loss.md, and ${join(into, "README.md")}`);
  }
  for (const one of missing) say(`it was made without: ${one}`);
}

async function inBucket(environment: string, copy: Copy, at: string | undefined, joined: Joined) {
  const bucket = kitBucket(environment, copy);
  const { name, set } = await findKit(bucket, environment, at);
  opening(joined, environment, name, set);
  return { name, sealed: await bucket.stream(name) };
}

function onDisk(file: string): { name: string; sealed: ByteStream } {
  return { name: file, sealed: Readable.toWeb(createReadStream(file)) as ByteStream };
}

/** Shares of another set would only fail later, and say less. */
function opening(joined: Joined, environment: string, name: string, set: string): string {
  if (joined.set === set && joined.environment === environment) return joined.passphrase;
  throw new Failure(
    `these shares are the set ${joined.set} of ${joined.environment}, and ${name} is opened by the set ${set} of ${environment}`,
    `./scripts/ops kit list ${environment} shows which shares open which kit`,
  );
}

function sharesIn(files: readonly string[]): GivenShares {
  return files.map((origin) => {
    try {
      return { origin, text: readFileSync(origin, "utf8") };
    } catch {
      throw new Failure(`${origin} cannot be read, and should hold a share`);
    }
  });
}

async function askShares(): Promise<GivenShares> {
  const unattended = new Failure("nobody is there to type shares in", "--shares FILE... names their files");
  const given: { text: string; origin: string }[] = [];
  for (;;) {
    const origin = `share number ${given.length + 1} of those you typed`;
    const text = await ask(`share ${given.length + 1} (empty after the last): `, unattended);
    if (text === "") return given;
    given.push({ text, origin });
  }
}

/** Shows the kits there are. */
export async function list(environment: string, { json }: { readonly json?: true }): Promise<void> {
  requireEnvironment(environment);
  const found = [];
  for (const copy of ["first", "second"] as const) {
    const bucket = kitBucket(environment, copy);
    found.push({ bucket: bucket.place.bucket, kits: await kitsIn(bucket, environment) });
  }
  if (json) printJson({ environment, buckets: found });
  else
    for (const { bucket, kits } of found)
      print(
        [
          `${bucket}: ${kits.length} kits`,
          ...kits.map(({ name, set }) => `  ${name}, opened by the set ${set}`),
        ].join("\n"),
      );
}

function tellMissing(missing: readonly string[]): void {
  if (missing.length === 0) return;
  for (const one of missing) say(`missing: ${one}`);
  process.exitCode = incomplete;
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
