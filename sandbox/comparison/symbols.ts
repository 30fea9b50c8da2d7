import { forms, isSet, madeUpId, origins } from "./by-nature.ts";
import type { Capture, StateResource } from "./capture.ts";
import { isObject, isUnset, leavesOf, plaintextOf } from "./leaves.ts";

/** Shorter ones are not random enough to be told from ordinary text. */
const shortest = 5;
/** From this length on a random value cannot be part of another one by chance. */
const unmistakable = 16;

/** Replaces what differs by nature between two runs by words that are the same in both. */
export class Symbols {
  readonly #words: ReadonlyMap<string, string>;
  readonly #pattern: RegExp | undefined;

  private constructor(words: ReadonlyMap<string, string>) {
    this.#words = words;
    this.#pattern = alternatives([...words.keys()]);
  }

  /** The words for everything that one side made up. */
  static of({ stages, secrets, addresses }: Capture): Symbols {
    const words = new Map<string, string>();
    const add = (value: string, word: string) => {
      for (const spelling of [value, value.trim(), encodeURIComponent(value)])
        if (spelling.length >= shortest && !words.has(spelling)) words.set(spelling, word);
    };
    for (const [name, value] of Object.entries(secrets)) add(value, `<secret ${name}>`);
    for (const address of addresses) add(address, "<cloud>");
    const resources = stages.flatMap(({ state }) => state ?? []);
    // What is made up first, then what may quote it: a key's id may be the key itself.
    for (const resource of resources) addOrigins(resource, add);
    for (const { urn, id } of resources)
      if (id !== undefined && madeUpId.test(id)) add(id, `<id of ${nameOf(urn)}>`);
    return new Symbols(words);
  }

  /** A copy of a value with the words in place of what was made up. */
  apply(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (typeof value === "number") {
      const word = this.#words.get(String(value));
      return word === undefined ? value : `${word} as a number`;
    }
    if (Array.isArray(value)) return value.map((item) => this.apply(item));
    if (!isObject(value)) return value;
    const revealed = plaintextOf(value);
    if (revealed !== undefined) return { ...value, plaintext: JSON.stringify(this.apply(revealed.value)) };
    const fields = Object.entries(value).map(([key, item]) => [key, inOrder(key, this.apply(item))]);
    return Object.fromEntries(fields);
  }

  /** The same for a text. */
  text(text: string): string {
    const replaced =
      this.#pattern === undefined
        ? text
        : text.replace(this.#pattern, (found) => this.#words.get(found) ?? found);
    return forms.reduce((sum, { pattern, word }) => sum.replace(pattern, word), replaced);
  }
}

/** Members of a set in one order on both sides, whatever one side says of properties that are not set. */
function inOrder(name: string, value: unknown): unknown {
  if (!isSet(name)) return value;
  const revealed = plaintextOf(value);
  if (revealed !== undefined && isObject(value))
    return { ...value, plaintext: JSON.stringify(inOrder(name, revealed.value)) };
  if (!Array.isArray(value)) return value;
  const keyed = value.map((item) => ({ item, key: JSON.stringify(setLeaves(item)) }));
  return keyed.sort((left, right) => (left.key < right.key ? -1 : 1)).map(({ item }) => item);
}

const setLeaves = (item: unknown): unknown[] =>
  [...leavesOf(item)]
    .filter(([, { value }]) => !isUnset(value))
    .map(([path, { value }]) => [path, value])
    .sort();

function addOrigins({ urn, type, outputs }: StateResource, add: (value: string, word: string) => void): void {
  for (const [path, { value }] of leavesOf(outputs ?? {})) {
    const isOrigin = origins.some((origin) => origin.type.test(type) && origin.property.test(path));
    if (!isOrigin || typeof value !== "string") continue;
    const word = `<${path} of ${nameOf(urn)}>`;
    add(value, word);
    // Of an address on the web its host is what others refer to.
    if (/^https?:\/\//.test(value)) add(new URL(value).hostname, `<host in ${path} of ${nameOf(urn)}>`);
  }
}

const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** The longest first, so that no part of a value is taken for another; short ones only where they stand alone. */
function alternatives(values: readonly string[]): RegExp | undefined {
  if (values.length === 0) return undefined;
  const sources = [...values]
    .sort((left, right) => right.length - left.length)
    .map((value) => {
      const source = value.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
      return value.length >= unmistakable ? source : `(?<![A-Za-z0-9])${source}(?![A-Za-z0-9])`;
    });
  return new RegExp(sources.join("|"), "g");
}
