import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import structProtocol from "google-protobuf/google/protobuf/struct_pb.js";
import type { Fields, Path, Value } from "./values.ts";
import { isFields, UNKNOWN } from "./values.ts";

const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";
const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e";
const UNKNOWN_TEXTS = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A bag of properties as it came over the wire, with its secret wrappers noted by path instead of kept in place. */
export interface Unwrapped {
  fields: Fields;
  secrets: Path[];
}

/** Reads a bag of properties from the engine's message. */
export function unwrap(message: Struct | undefined): Unwrapped {
  const secrets: Path[] = [];
  const plain = message === undefined ? {} : unwrapValue(message.toJavaScript(), [], secrets);
  return { fields: isFields(plain) ? plain : {}, secrets };
}

function unwrapValue(value: unknown, path: Path, secrets: Path[]): Value {
  if (typeof value === "string" && UNKNOWN_TEXTS.has(value)) return UNKNOWN;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((item, index) => unwrapValue(item, [...path, index], secrets));
  if (!isFields(value)) return null;
  if (value[SIGNATURE_KEY] === SECRET_SIGNATURE) {
    secrets.push(path);
    return unwrapValue(value.value, path, secrets);
  }
  if (value[SIGNATURE_KEY] === RESOURCE_SIGNATURE) return unwrapValue(value.id ?? value.urn, path, secrets);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, unwrapValue(item, [...path, key], secrets)]),
  );
}

/** The outermost list that a path leads into; the path itself where it leads into none. */
export function upToList(path: Path): Path {
  const index = path.findIndex((step) => typeof step === "number");
  return index < 0 ? path : path.slice(0, index);
}

/** Writes a bag of properties as the engine's message, wrapping what lies at the secret paths. */
export function wrap(fields: Fields, secrets: Path[]): Struct {
  const secretPaths = new Set(secrets.map((path) => JSON.stringify(path)));
  return structProtocol.Struct.fromJavaScript(wrapFields(fields, [], secretPaths, false));
}

type Wrapped = null | boolean | number | string | Wrapped[] | { [key: string]: Wrapped };

function wrapFields(
  fields: Fields,
  path: Path,
  secrets: Set<string>,
  inSecret: boolean,
): { [key: string]: Wrapped } {
  const wrapped: { [key: string]: Wrapped } = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) wrapped[key] = wrapValue(value, [...path, key], secrets, inSecret);
  }
  return wrapped;
}

function wrapValue(value: Value, path: Path, secrets: Set<string>, inSecret: boolean): Wrapped {
  if (!inSecret && value !== null && value !== UNKNOWN && secrets.has(JSON.stringify(path))) {
    return { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: wrapValue(value, path, secrets, true) };
  }
  if (value === UNKNOWN) return UNKNOWN_TEXT;
  if (Array.isArray(value))
    return value.map((item, index) => wrapValue(item, [...path, index], secrets, inSecret));
  return isFields(value) ? wrapFields(value, path, secrets, inSecret) : value;
}
