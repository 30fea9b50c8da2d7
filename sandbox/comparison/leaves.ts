const SECRET_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";

/** A value that holds no others: a text, a number, or an empty list or object. */
export interface Leaf {
  readonly value: unknown;
  /** Whether it, or something it lies in, is declared secret. */
  readonly secret: boolean;
}

/** Every leaf of a value by its path, in the engine's spelling: `spec.services[0].name`. */
export function leavesOf(value: unknown): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>();
  collect(value, "", false, leaves);
  return leaves;
}

function collect(value: unknown, path: string, secret: boolean, into: Map<string, Leaf>): void {
  const revealed = plaintextOf(value);
  if (revealed !== undefined) {
    collect(revealed.value, path, true, into);
    return;
  }
  if (Array.isArray(value) && value.length > 0) {
    for (const [index, item] of value.entries()) collect(item, `${path}[${index}]`, secret, into);
    return;
  }
  if (isObject(value) && Object.keys(value).length > 0) {
    for (const [key, item] of Object.entries(value)) collect(item, join(path, key), secret, into);
    return;
  }
  into.set(path, { value, secret });
}

/** What is in the engine's wrapping of a secret, or undefined when this is none. */
export function plaintextOf(value: unknown): { readonly value: unknown } | undefined {
  if (!isObject(value) || value[SECRET_KEY] !== SECRET_SIGNATURE) return undefined;
  if (typeof value.plaintext !== "string") throw new Error("the stack was exported without its secrets");
  return { value: JSON.parse(value.plaintext) };
}

/** Whether a leaf says no more than that nothing was said. */
export function isUnset(leaf: unknown): boolean {
  return leaf === undefined || ["null", '""', "0", "false", "[]", "{}"].includes(JSON.stringify(leaf));
}

/** Whether this is an object with named fields. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function join(path: string, key: string): string {
  const step = /^[\w-]+$/.test(key) ? key : `["${key}"]`;
  return path === "" || step.startsWith("[") ? `${path}${step}` : `${path}.${step}`;
}
