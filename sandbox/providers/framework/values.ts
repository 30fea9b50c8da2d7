/** Stands for a value that is not known yet, as happens in a preview. */
export const UNKNOWN: unique symbol = Symbol("unknown");

/** A property value with its secret wrappers taken off; see `wrapping.ts` for those. */
export type Value = null | boolean | number | string | typeof UNKNOWN | Value[] | Fields;

/** A bag of properties, or one nested object. */
export interface Fields {
  [key: string]: Value | undefined;
}

/** Where a value sits inside a bag of properties. */
export type Path = (string | number)[];

/** True for an object of properties (not a list, not null). */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The nested object at a property, or an empty one. */
export function fieldsOf(value: Value | undefined): Fields {
  return isFields(value) ? value : {};
}

/** The list at a property, or an empty one. */
export function listOf(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : [];
}

/** The text at a property; numbers are written out, anything else is empty text. */
export function textOf(value: Value | undefined): string {
  if (typeof value === "string") return value;
  return typeof value === "number" ? String(value) : "";
}

/** Text items of a list property. */
export function textsOf(value: Value | undefined): string[] {
  return listOf(value).map(textOf);
}

/** True when the value, or anything inside it, is not known yet. */
export function containsUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isFields(value) && Object.values(value).some(containsUnknown);
}

/**
 * True for what a provider takes as "not set": nothing, empty text, zero, false, an empty list or an object of
 * only such values. The vendors' APIs do not tell these apart, so no change is ever reported between them.
 */
export function isUnset(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isFields(value) && Object.values(value).every(isUnset);
}

/** Deep equality of two values. */
export function isEqual(left: Value | undefined, right: Value | undefined): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isEqual(item, right[index]));
  }
  if (!isFields(left) || !isFields(right)) return false;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => isEqual(left[key], right[key]));
}

/** A path in the engine's spelling: `spec.services[0].envs`, with odd keys quoted. */
export function pathText(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(step)) return `["${step.replaceAll('"', '\\"')}"]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}

/** The value at a path, if there is one. */
export function valueAt(root: Value | undefined, path: Path): Value | undefined {
  let value = root;
  for (const step of path) {
    if (Array.isArray(value) && typeof step === "number") value = value[step];
    else if (isFields(value) && typeof step === "string") value = value[step];
    else return undefined;
  }
  return value;
}
