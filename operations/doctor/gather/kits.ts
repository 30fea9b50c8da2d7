import type { Configuration } from "../../../config/configuration.ts";
import { Failure } from "../../failure.ts";
import { openFirst } from "../../kit/archive.ts";
import { changedSince, lackedBy } from "../../kit/changed.ts";
import { inventoryPath, readInventory } from "../../kit/inventory.ts";
import { rowsOf } from "../../kit/kit.ts";
import { keptPassphrase } from "../../kit/passphrase.ts";
import { type KitName, kitBucket, kitsIn } from "../../kit/places.ts";
import { passphrase } from "../../stack/passphrase.ts";
import { secretsMade } from "../../stack/resources.ts";
import { openSettings } from "../../stack/settings.ts";
import type { StateBucket } from "../../state/bucket.ts";
import type { Kits, NewestKit } from "../gathered.ts";

/**
 * Looks where disaster kits lie, and into the newest as far as its inventory.
 *
 * @returns null for an environment that is thrown away one day: nobody makes it anew
 * @throws Failure when no bucket can be read
 */
export async function lookAtKits({ stack, protectData }: Configuration): Promise<Kits | null> {
  if (!protectData) return null;
  const looked = await Promise.all(
    (["first", "second"] as const).map((copy) => lookInto(kitBucket(stack, copy), stack)),
  );
  const readable = looked.filter(({ unreadable }) => unreadable === undefined);
  if (readable.length === 0) throw new Failure(looked.map(({ unreadable }) => unreadable).join("; "));
  const [newest] = readable
    .flatMap(({ bucket, kit }) => (kit === undefined ? [] : [{ bucket, kit }]))
    .sort((one, other) => other.kit.takenAt.getTime() - one.kit.takenAt.getTime());
  const refusals = await Promise.all(
    readable.map(({ bucket }) => reasonOf(() => keptPassphrase(bucket, stack, passphrase()))),
  );
  const [unsealable] = refusals.includes(undefined) ? [] : refusals;
  return {
    places: looked.map(({ bucket: { place }, kit, unreadable }) => ({
      ...{ ...place, hasNewest: newest !== undefined && kit?.name === newest.kit.name },
      ...(unreadable === undefined ? {} : { unreadable }),
    })),
    newest: newest === undefined ? null : await open(newest.kit, newest.bucket, stack),
    ...(unsealable === undefined ? {} : { unsealable }),
  };
}

interface Looked {
  readonly bucket: StateBucket;
  /** The newest kit in it. */
  readonly kit?: KitName | undefined;
  readonly unreadable?: string;
}

async function lookInto(bucket: StateBucket, stack: string): Promise<Looked> {
  try {
    return { bucket, kit: (await kitsIn(bucket, stack))[0] };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { bucket, unreadable: error.message };
  }
}

async function open({ name, takenAt, set }: KitName, bucket: StateBucket, stack: string): Promise<NewestKit> {
  const known = { name, takenAt: takenAt.getTime() };
  try {
    const kept = await keptPassphrase(bucket, stack, passphrase(), set);
    const text = await openFirst(await bucket.stream(name), kept.passphrase, name, inventoryPath);
    const inventory = readInventory(text, name);
    const [{ config, secret }, made] = [await openSettings(stack), await secretsMade(stack)];
    const changed = changedSince(inventory, { config, rows: rowsOf(stack), made, secret });
    return { ...known, contents: { answer: { changed, lacks: lackedBy(inventory) } } };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { ...known, contents: { unasked: error.message } };
  }
}

async function reasonOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}
