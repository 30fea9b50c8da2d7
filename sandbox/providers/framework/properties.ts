import type { Path, Value } from "./values.ts";
import { isFields } from "./values.ts";

/** What can be said of any property, whatever its type. */
export interface Traits {
  /** Must be given. */
  required?: boolean;
  /** The service fills it in when it is left out. */
  computed?: boolean;
  /** Taken when it is left out. */
  default?: string | number | boolean;
  /** Its default is no input, as in providers that fill it in only when they plan (those on Terraform's framework). */
  plannedDefault?: boolean;
  /** A change of it replaces the resource. */
  replace?: boolean;
  /** Always wrapped as a secret. */
  secret?: boolean;
  /** Left out, it becomes the resource's logical name and seven random characters. */
  autoName?: { lowerCase?: boolean; maxLength?: number };
  /** Its name in the vendor's API, where that is not the same words in snake case; false if it is never sent. */
  wire?: string | false;
  /** The only values allowed. */
  oneOf?: readonly string[];
  /** True when the stored and the declared value mean the same, though they are spelled differently. */
  same?: (stored: string, declared: string) => boolean;
  /** True for an answer behind which the service hides the real value: what was just sent is stored in its place. */
  hidden?: (live: string) => boolean;
  /** A declared text that counts as none: it is not sent, and stored as empty text. */
  blank?: string;
  /** What is stored of a declared text, where that is not the text itself. */
  digest?: (declared: string) => string;
  /** Left out, it is planned anew each time, so that there is always a change. */
  neverSettled?: boolean;
}

/** The type of one property. */
export type Property = Traits &
  (
    | { kind: "string" | "number" | "boolean" | "any" }
    | { kind: "object"; fields: Properties; listed?: boolean }
    | { kind: "map"; of: Property }
    | { kind: "list"; of: Property; unordered?: boolean; identity?: string; bare?: boolean }
  );

/** The properties of a resource or of a nested object. */
export interface Properties {
  [name: string]: Property;
}

/** A text property. */
export const string = (traits: Traits = {}): Property => ({ kind: "string", ...traits });
/** A numeric property. */
export const number = (traits: Traits = {}): Property => ({ kind: "number", ...traits });
/** A yes-or-no property. */
export const boolean = (traits: Traits = {}): Property => ({ kind: "boolean", ...traits });
/** A property of any shape. */
export const any = (traits: Traits = {}): Property => ({ kind: "any", ...traits });
/** A nested object. */
export const object = (fields: Properties, traits: Traits = {}): Property => ({
  kind: "object",
  fields,
  ...traits,
});
/** A nested object which the vendor's API takes as a list of one. */
export const listed = (fields: Properties, traits: Traits = {}): Property => ({
  kind: "object",
  fields,
  listed: true,
  ...traits,
});
/** An object with free keys. */
export const map = (of: Property, traits: Traits = {}): Property => ({ kind: "map", of, ...traits });
/** A list whose order matters. */
export const list = (of: Property, traits: Traits = {}): Property => ({ kind: "list", of, ...traits });
/** A list whose order does not matter; `identity` names the field by which its objects are told apart. */
export const set = (of: Property, traits: Traits & { identity?: string } = {}): Property => ({
  kind: "list",
  of,
  unordered: true,
  ...traits,
});
/** A list of at most one object, which the vendor's API takes as that object itself. */
export const single = (of: Property, traits: Traits = {}): Property => ({
  kind: "list",
  of,
  bare: true,
  ...traits,
});

/** The paths inside a value which are declared to be always secret. */
export function secretPaths(properties: Properties, value: Value | undefined, path: Path = []): Path[] {
  if (!isFields(value)) return [];
  return Object.entries(properties).flatMap(([name, property]) =>
    secretPathsIn(property, value[name], [...path, name]),
  );
}

function secretPathsIn(property: Property, value: Value | undefined, path: Path): Path[] {
  if (value === undefined || value === null) return [];
  if (property.secret) return [path];
  if (property.kind === "object") return secretPaths(property.fields, value, path);
  if (property.kind === "list" && Array.isArray(value)) {
    return value.flatMap((item, index) => secretPathsIn(property.of, item, [...path, index]));
  }
  if (property.kind === "map" && isFields(value)) {
    return Object.entries(value).flatMap(([key, item]) => secretPathsIn(property.of, item, [...path, key]));
  }
  return [];
}
