import { randomBytes } from "node:crypto";
import { Decrypter, Encrypter } from "age-encryption";
import { Failure } from "../failure.ts";
import type { StateBucket } from "../state/bucket.ts";

/** What opens kits, and the set of shares that it was split into. */
export interface KitPassphrase {
  readonly passphrase: string;
  readonly set: string;
}

/** A new passphrase of 256 random bits, as letters that a person could type. */
export function newPassphrase(): string {
  return randomBytes(32).toString("base64url");
}

const folder = (environment: string) => `kit/${environment}/passphrases/`;

/**
 * Keeps a kit's passphrase beside the kits, sealed with the stack's: whoever has that one has everything a kit holds, and kits can be
 * made and proven without the people who hold shares.
 */
export async function keepPassphrase(
  buckets: readonly StateBucket[],
  environment: string,
  { passphrase, set }: KitPassphrase,
  stackPassphrase: string,
  now: Date,
): Promise<void> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(stackPassphrase);
  const sealed = await encrypter.encrypt(passphrase);
  const name = `${folder(environment)}${now.toISOString().replace(/[-:]|\.\d+/g, "")}-${set}.age`;
  for (const bucket of buckets) await bucket.put(name, sealed);
}

/** Gives each of two buckets the kept passphrases that only the other has: one that was lost and made anew has none. */
export async function evenPassphrases(
  buckets: readonly [PassphraseBucket, PassphraseBucket],
  environment: string,
): Promise<void> {
  const [first, second] = buckets;
  for (const [from, to] of [
    [first, second],
    [second, first],
  ] as const) {
    const there = new Set(await to.names(folder(environment)));
    for (const name of await from.names(folder(environment)))
      if (!there.has(name)) await to.put(name, await from.get(name));
  }
}

type PassphraseBucket = Pick<StateBucket, "names" | "get" | "put">;

/**
 * The passphrase that new kits are sealed with.
 *
 * @param set of the shares that open a kit; the newest when left out
 * @throws Failure when there is none yet, or the stack's passphrase is another one than it was then
 */
export async function keptPassphrase(
  bucket: StateBucket,
  environment: string,
  stackPassphrase: string,
  set?: string,
): Promise<KitPassphrase> {
  const names = await bucket.names(folder(environment));
  const name = names.filter((one) => set === undefined || one.endsWith(`-${set}.age`)).at(-1);
  const found = /-(?<set>[0-9a-f]{8})\.age$/.exec(name ?? "")?.groups?.set;
  if (name === undefined || found === undefined)
    throw new Failure(
      `the kits of ${environment} have no passphrase ${set === undefined ? "yet" : `whose shares are the set ${set}`} in ${bucket.place.bucket}`,
      `./scripts/ops kit shares ${environment} --any 3 --of 5 makes one, and the shares of it`,
    );
  const decrypter = new Decrypter();
  decrypter.addPassphrase(stackPassphrase);
  try {
    return { passphrase: await decrypter.decrypt(await bucket.get(name), "text"), set: found };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      `the stack's passphrase does not open ${name}: it was another one when that was kept`,
      `./scripts/ops kit shares ${environment} makes a new one, or give the shares: --shares FILE...`,
    );
  }
}
