import { DEFAULTS } from "./check.ts";
import { isSame, pair } from "./diff.ts";
import type { Properties, Property } from "./properties.ts";
import type { Fields, Value } from "./values.ts";
import { isFields, isUnset } from "./values.ts";

/**
 * Brings what the service answered into the shape the program declared: lists without order get the declared order,
 * values that mean the same keep the declared spelling, hidden ones the declared value.
 */
export function alignAll(properties: Properties, declared: Fields, live: Fields): Fields {
  const aligned: Fields = {};
  for (const [name, property] of Object.entries(properties)) {
    const value = align(property, declared[name], live[name]);
    if (value !== undefined) aligned[name] = value;
  }
  return aligned;
}

function align(property: Property, declared: Value | undefined, live: Value | undefined): Value | undefined {
  if (declared === undefined || declared === null) return live ?? undefined;
  // What a service is never sent, it cannot answer either.
  if (live === undefined || live === null)
    return isUnset(declared) || property.wire === false ? declared : undefined;
  if (property.kind === "object" && isFields(declared) && isFields(live)) {
    return alignAll(property.fields, declared, live);
  }
  if (property.kind === "list" && Array.isArray(declared) && Array.isArray(live)) {
    return alignLists(property, declared, live);
  }
  if (typeof live === "string" && property.hidden?.(live)) return declared;
  return isSame(property, live, declared) ? declared : live;
}

function alignLists(property: Property & { kind: "list" }, declared: Value[], live: Value[]): Value[] {
  if (!property.unordered) {
    return live.map((item, index) => align(property.of, declared[index], item) ?? null);
  }
  const partners = pair(property, live, declared);
  const matched: Value[] = declared.flatMap((item, index): Value[] => {
    const value = align(property.of, item, partners[index]);
    return partners[index] === undefined || value === undefined ? [] : [value];
  });
  return [...matched, ...live.filter((item) => !partners.includes(item))];
}

/** The state to store: what the service answered, and what was declared where the service does not say. */
export function mergeState(inputs: Properties, outputs: Properties, declared: Fields, live: Fields): Fields {
  const state: Fields = {};
  for (const [name, property] of Object.entries({ ...outputs, ...inputs })) {
    const value = name in live ? align(property, declared[name], live[name]) : declared[name];
    if (value !== undefined && value !== null) state[name] = value;
  }
  return state;
}

/** The inputs that correspond to a live state: the ones that were given before, or on import all that are set. */
export function inputsOf(properties: Properties, state: Fields, previous: Fields | undefined): Fields {
  if (previous === undefined) return { ...restrictAll(properties, undefined, state), [DEFAULTS]: [] };
  return { ...restrictAll(properties, previous, state), [DEFAULTS]: previous[DEFAULTS] ?? [] };
}

function restrictAll(properties: Properties, previous: Fields | undefined, state: Fields): Fields {
  const restricted: Fields = {};
  for (const [name, property] of Object.entries(properties)) {
    const value = state[name];
    const wanted = previous === undefined ? !isUnset(value) : previous[name] !== undefined;
    if (wanted && value !== undefined) restricted[name] = restrict(property, previous?.[name], value);
  }
  return restricted;
}

function restrict(property: Property, previous: Value | undefined, state: Value): Value {
  if (property.kind === "object" && isFields(state)) {
    return restrictAll(property.fields, isFields(previous) ? previous : undefined, state);
  }
  if (property.kind === "list" && Array.isArray(state)) {
    const before = Array.isArray(previous) ? previous : [];
    return state.map((item, index) => restrict(property.of, before[index], item));
  }
  return state;
}
