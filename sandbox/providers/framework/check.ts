import { createHash, randomBytes } from "node:crypto";
import type { Properties, Property } from "./properties.ts";
import type { Fields, Path, Value } from "./values.ts";
import { isFields, isUnset, pathText, UNKNOWN } from "./values.ts";

/** The property under which the names of inputs that were filled in are remembered, as the official providers do. */
export const DEFAULTS = "__defaults";

/** One input that will not do, and why. */
export interface CheckFailure {
  property: string;
  reason: string;
}

/** How the engine wants a resource named that was given no name. */
export interface Naming {
  logicalName: string;
  randomSeed: Uint8Array;
  proposedName?: string;
  disabled?: boolean;
}

/** Inputs with defaults and names filled in, and what is wrong with them. */
export interface Checked {
  inputs: Fields;
  failures: CheckFailure[];
}

/**
 * Fills in names and defaults, turns numbers given as text (and the other way round) over, and finds what is wrong. Like
 * the official providers it leaves zeros and false out of the inputs: `plan` adds them where something is done with them.
 */
export function check(properties: Properties, previous: Fields, declared: Fields, naming: Naming): Checked {
  const failures: CheckFailure[] = [];
  const filledIn: string[] = [];
  const inputs: Fields = {};
  for (const [name, property] of Object.entries(properties)) {
    let value = checkValue(property, declared[name], [name], failures);
    if (value === undefined && property.autoName && naming.disabled !== true) {
      const wasFilledIn = Array.isArray(previous[DEFAULTS]) && previous[DEFAULTS].includes(name);
      value = wasFilledIn && previous[name] !== undefined ? previous[name] : makeName(property, naming);
    } else {
      value ??= inputDefault(property);
    }
    if (value === undefined) {
      if (property.required) failures.push(missing([name]));
      continue;
    }
    inputs[name] = value;
    if (declared[name] === undefined || declared[name] === null) filledIn.push(name);
  }
  for (const name of Object.keys(declared)) {
    const known = name in properties || name.startsWith("__");
    if (!known) failures.push({ property: name, reason: `${name} is not an input of this resource` });
  }
  return { inputs: { ...inputs, [DEFAULTS]: filledIn }, failures };
}

/** The default that becomes an input; a zero is left for the service to take. */
const inputDefault = (property: Property): Value | undefined =>
  isUnset(property.default) || property.plannedDefault ? undefined : property.default;

/** Inputs as they are carried out and stored: with defaults, and in nested objects without notes on what was filled in. */
export function plan(properties: Properties, inputs: Fields): Fields {
  return planFields(properties, inputs);
}

function planFields(properties: Properties, fields: Fields): Fields {
  const planned: Fields = { ...fields };
  for (const [name, property] of Object.entries(properties)) {
    const value = planValue(property, fields[name]);
    if (value !== undefined) planned[name] = value;
  }
  return planned;
}

function planValue(property: Property, value: Value | undefined): Value | undefined {
  if (value === undefined) return property.default;
  if (property.kind === "object" && isFields(value)) {
    const { [DEFAULTS]: _filledIn, ...planned } = planFields(property.fields, value);
    return planned;
  }
  if (property.kind === "list" && Array.isArray(value))
    return value.map((item) => planValue(property.of, item) ?? null);
  return value;
}

function missing(path: Path): CheckFailure {
  return { property: pathText(path), reason: `Missing required argument: "${pathText(path)}" is required` };
}

function checkValue(
  property: Property,
  value: Value | undefined,
  path: Path,
  failures: CheckFailure[],
): Value | undefined {
  if (value === undefined || value === null) return undefined;
  if (value === UNKNOWN) return value;
  const wrong = (expected: string): Value => {
    failures.push({ property: pathText(path), reason: `"${pathText(path)}" must be ${expected}` });
    return value;
  };
  switch (property.kind) {
    case "any":
      return value;
    case "string":
      return checkText(property, value, wrong);
    case "number": {
      const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      return typeof read === "number" && Number.isFinite(read) ? read : wrong("a number");
    }
    case "boolean":
      if (value === "true" || value === "false") return value === "true";
      return typeof value === "boolean" ? value : wrong("true or false");
    case "list":
      if (!Array.isArray(value)) return wrong("a list");
      return value.map((item, index) => checkValue(property.of, item, [...path, index], failures) ?? null);
    case "map":
      if (!isFields(value)) return wrong("an object");
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          checkValue(property.of, item, [...path, key], failures),
        ]),
      );
    case "object":
      return isFields(value) ? checkObject(property.fields, value, path, failures) : wrong("an object");
  }
}

function checkText(property: Property, value: Value, wrong: (expected: string) => Value): Value {
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  if (typeof text !== "string") return wrong("text");
  if (property.required && text === "") return wrong("given, not empty");
  if (property.oneOf && !property.oneOf.includes(text))
    return wrong(`one of ${property.oneOf.join(", ")}; got "${text}"`);
  return text;
}

function checkObject(properties: Properties, value: Fields, path: Path, failures: CheckFailure[]): Fields {
  const checked: Fields = {};
  const filledIn: string[] = [];
  for (const [name, property] of Object.entries(properties)) {
    const given = checkValue(property, value[name], [...path, name], failures);
    const item = given ?? inputDefault(property);
    if (given === undefined && item !== undefined) filledIn.push(name);
    if (item !== undefined) checked[name] = item;
    else if (property.required) failures.push(missing([...path, name]));
  }
  for (const name of Object.keys(value)) {
    if (name in properties || name.startsWith("__")) continue;
    failures.push({
      property: pathText([...path, name]),
      reason: `"${pathText([...path, name])}" is not known`,
    });
  }
  return { ...checked, [DEFAULTS]: filledIn };
}

function makeName(property: Property, naming: Naming): string {
  if (naming.proposedName !== undefined) return naming.proposedName;
  // The engine's seed makes the name of a preview the name of the update that follows it.
  const seed = naming.randomSeed.length > 0 ? naming.randomSeed : randomBytes(32);
  const suffix = createHash("sha256").update(seed).digest("hex").slice(0, 7);
  const { lowerCase = false, maxLength } = property.autoName ?? {};
  const stem = lowerCase ? naming.logicalName.toLowerCase() : naming.logicalName;
  const room = maxLength === undefined ? stem.length : maxLength - suffix.length - 1;
  return `${stem.slice(0, room)}-${suffix}`;
}
