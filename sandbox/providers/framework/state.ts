import { DEFAULTS } from "./check.ts";
import { isSame, pair } from "./diff.ts";
import type { Properties, Property } from "./properties.ts";
import type { Fields, Value } from "./values.ts";
import { isFields, isUnset } from "./values.ts";

/**
 * What an answer is laid beside: the inputs that were just applied, or the state as it was stored before. Like the
 * official providers, an application stores what was planned, a refresh what the service says.
 */
export type Basis = "applied" | "stored";

/**
 * Brings what the service answered into the shape that is known: lists without order get the known order, values that
 * mean the same keep the known spelling, and hidden ones the value that was just applied.
 */
function alignAll(properties: Properties, known: Fields, live: Fields, basis: Basis): Fields {
  const aligned: Fields = {};
  for (const [name, property] of Object.entries(properties)) {
    const value = align(property, known[name], live[name], basis);
    if (value !== undefined) aligned[name] = value;
  }
  return aligned;
}

function align(
  property: Property,
  known: Value | undefined,
  live: Value | undefined,
  basis: Basis,
): Value | undefined {
  if (known === undefined || known === null) return live ?? undefined;
  const planned = basis === "applied" ? stored(property, known) : known;
  if (planned !== known) return planned;
  // What a service is never sent, it cannot answer either.
  if (live === undefined || live === null)
    return isUnset(known) || property.wire === false ? known : undefined;
  if (property.kind === "object" && isFields(known) && isFields(live)) {
    return alignAll(property.fields, known, live, basis);
  }
  if (property.kind === "list" && Array.isArray(known) && Array.isArray(live)) {
    return alignLists(property, known, live, basis);
  }
  if (basis === "applied" && typeof live === "string" && property.hidden?.(live)) return known;
  return isSame(property, live, known) ? known : live;
}

/** A declared value as it is stored. */
function stored(property: Property, declared: Value): Value {
  if (typeof declared !== "string") return declared;
  return declared === property.blank ? "" : (property.digest?.(declared) ?? declared);
}

function alignLists(
  property: Property & { kind: "list" },
  known: Value[],
  live: Value[],
  basis: Basis,
): Value[] {
  if (!property.unordered) {
    return live.map((item, index) => align(property.of, known[index], item, basis) ?? null);
  }
  const partners = pair(property, live, known);
  const matched: Value[] = known.flatMap((item, index): Value[] => {
    const value = align(property.of, item, partners[index], basis);
    return partners[index] === undefined || value === undefined ? [] : [value];
  });
  return [...matched, ...live.filter((item) => !partners.includes(item))];
}

/** The state to store: what the service answered, and what is known where the service does not say. */
export function mergeState(
  inputs: Properties,
  outputs: Properties,
  known: Fields,
  live: Fields,
  basis: Basis,
): Fields {
  const state: Fields = {};
  for (const [name, property] of Object.entries({ ...outputs, ...inputs })) {
    const answer = name in live ? live[name] : known[name];
    const value = align(property, known[name], answer, basis);
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
    const wanted = previous === undefined ? !isDefault(property, value) : previous[name] !== undefined;
    if (wanted && value !== undefined) restricted[name] = restrict(property, previous?.[name], value);
  }
  return restricted;
}

/** What an import need not declare. Where there is a default, a zero may be something else than that. */
const isDefault = (property: Property, value: Value | undefined): boolean =>
  value === undefined || (property.default === undefined ? isUnset(value) : value === property.default);

function restrict(property: Property, previous: Value | undefined, state: Value): Value {
  // A digest is no input.
  if (property.digest && previous !== undefined) return previous;
  if (property.kind === "object" && isFields(state)) {
    const before = isFields(previous) ? previous : undefined;
    return {
      ...restrictAll(property.fields, before, state),
      [DEFAULTS]: before?.[DEFAULTS] ?? [],
    };
  }
  if (property.kind === "list" && Array.isArray(state)) {
    if (!Array.isArray(previous)) return state.map((item) => restrict(property.of, undefined, item));
    // What has been added to a list elsewhere was not given before.
    const partners = property.unordered ? pair(property, state, previous) : state;
    return previous.flatMap((item, index): Value[] => {
      const partner = partners[index];
      return partner === undefined ? [] : [restrict(property.of, item, partner)];
    });
  }
  return state;
}
