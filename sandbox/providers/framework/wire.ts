import type { Properties, Property } from "./properties.ts";
import type { Fields, Value } from "./values.ts";
import { isFields } from "./values.ts";

/** A JSON document as an HTTP API sends and takes it. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json | undefined;
}

/** Narrows a JSON value to an object; anything else becomes an empty one. */
export function jsonObject(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

/** Narrows a JSON value to a list; anything else becomes an empty one. */
export function jsonList(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** Narrows a JSON value to text; a number is written out, anything else becomes empty text. */
export function jsonText(value: Json | undefined): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value : "";
}

/** `internalPorts` as an HTTP API spells it: `internal_ports`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function wireName(name: string, property: Property): string | false {
  return property.wire === undefined ? snakeCase(name) : property.wire;
}

/** Properties as the body of a request. */
export function toWire(properties: Properties, fields: Fields): JsonObject {
  const body: JsonObject = {};
  for (const [name, property] of Object.entries(properties)) {
    const key = wireName(name, property);
    const value = fields[name];
    if (key === false || value === undefined || value === null || value === property.blank) continue;
    body[key] = toWireValue(property, value);
  }
  return body;
}

function toWireValue(property: Property, value: Value): Json {
  if (typeof value === "symbol")
    throw new Error("A value that is not known yet cannot be sent to a service.");
  if (property.kind === "object" && isFields(value)) {
    const body = toWire(property.fields, value);
    return property.listed ? [body] : body;
  }
  if (property.kind === "list" && Array.isArray(value)) {
    const items = value.map((item) => toWireValue(property.of, item));
    return property.bare ? (items[0] ?? null) : items;
  }
  if (Array.isArray(value)) return value.map((item) => toWireValue({ kind: "any" }, item));
  if (!isFields(value)) return value;
  const of: Property = property.kind === "map" ? property.of : { kind: "any" };
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, item === undefined ? undefined : toWireValue(of, item)]),
  );
}

/** The body of an answer as properties; what is not declared is left out. */
export function fromWire(properties: Properties, body: JsonObject): Fields {
  const fields: Fields = {};
  for (const [name, property] of Object.entries(properties)) {
    const key = wireName(name, property);
    const value = key === false ? undefined : body[key];
    if (value !== undefined && value !== null) fields[name] = fromWireValue(property, value);
    else if (property.blank !== undefined) fields[name] = "";
  }
  return fields;
}

function fromWireValue(property: Property, value: Json): Value {
  if (property.kind === "object") {
    return fromWire(property.fields, jsonObject(property.listed ? jsonList(value)[0] : value));
  }
  if (property.kind === "list") {
    const items = property.bare ? [value] : jsonList(value);
    return items.map((item) => fromWireValue(property.of, item));
  }
  if (property.kind === "string" && typeof value === "number") return String(value);
  if (property.kind === "number" && typeof value === "string") return Number(value);
  return value;
}
