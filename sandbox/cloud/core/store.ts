import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

type Key = string | number;
type Snapshot = { counters: Record<string, number>; collections: Record<string, unknown[]> };

/** A named set of records of one type, kept in the order in which they were added. */
export class Collection<T> {
  readonly #records = new Map<string, T>();
  readonly #keyOf: (record: T) => Key;
  readonly #changed: () => void;

  constructor(keyOf: (record: T) => Key, changed: () => void) {
    this.#keyOf = keyOf;
    this.#changed = changed;
  }

  all(): T[] {
    return [...this.#records.values()];
  }

  get(key: Key): T | undefined {
    return this.#records.get(String(key));
  }

  find(matches: (record: T) => boolean): T | undefined {
    return this.all().find(matches);
  }

  filter(matches: (record: T) => boolean): T[] {
    return this.all().filter(matches);
  }

  /** Adds the record, or replaces the one with the same key. */
  put(record: T): T {
    this.#records.set(String(this.#keyOf(record)), record);
    this.#changed();
    return record;
  }

  delete(key: Key): void {
    if (this.#records.delete(String(key))) this.#changed();
  }

  clear(): void {
    this.#records.clear();
    this.#changed();
  }

  /** The records as they are written to disk: a list, because an object would sort its numeric keys. */
  toJSON(): T[] {
    return this.all();
  }

  /** Replaces everything by what was read from disk. */
  load(records: readonly unknown[]): void {
    this.#records.clear();
    for (const record of records as T[]) this.#records.set(String(this.#keyOf(record)), record);
  }
}

/**
 * Everything the cloud remembers, in one JSON file.
 *
 * One file rather than one for each collection, because a request often changes several collections (a droplet, its
 * action, its tags) and a process killed between two writes must not leave half of that behind. The file is written
 * beside the old one and renamed over it, so a reader only ever sees a whole state.
 */
export class Store {
  readonly #file: string;
  readonly #collections = new Map<string, Collection<never>>();
  #counters: Record<string, number> = {};
  #dirty = false;
  #loaded: Snapshot;

  constructor(file: string) {
    this.#file = file;
    this.#loaded = existsSync(file) ? readSnapshot(file) : { counters: {}, collections: {} };
    this.#counters = { ...this.#loaded.counters };
  }

  /** Opens a collection; its records are those that an earlier process left. */
  collection<T>(name: string, keyOf: (record: T) => Key): Collection<T> {
    const collection = new Collection<T>(keyOf, () => {
      this.#dirty = true;
    });
    collection.load(this.#loaded.collections[name] ?? []);
    this.#collections.set(name, collection as unknown as Collection<never>);
    return collection;
  }

  /**
   * The next number of a sequence; numbers are never handed out twice, not even after a reset, and one that a seeded
   * record of the collection of that name already has is passed over.
   */
  nextNumber(sequence: string, first: number): number {
    const taken = this.#collections.get(sequence);
    let number = this.#counters[sequence] ?? first;
    while (taken?.get(number) !== undefined) number += 1;
    this.#counters[sequence] = number + 1;
    this.#dirty = true;
    return number;
  }

  /** Forgets every record. Sequences go on, so that an old identifier never means something new. */
  clear(): void {
    for (const collection of this.#collections.values()) collection.clear();
  }

  /** Writes the state if it changed. Called before an answer leaves, so what was answered is never lost. */
  save(): void {
    if (!this.#dirty) return;
    const snapshot = { counters: this.#counters, collections: Object.fromEntries(this.#collections) };
    writeAtomically(this.#file, JSON.stringify(snapshot, null, 1));
    this.#dirty = false;
  }

  /** Every collection by name, for the admin inventory. */
  inventory(): Record<string, unknown[]> {
    return Object.fromEntries([...this.#collections].map(([name, collection]) => [name, collection.all()]));
  }
}

function readSnapshot(file: string): Snapshot {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Snapshot;
  } catch (error) {
    throw new Error(`${file} cannot be read (${(error as Error).message}). Delete the folder to start anew.`);
  }
}

/** Writes a file so that nobody ever sees half of it, readable by its owner only. */
export function writeAtomically(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}.tmp`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, file);
}
