import { randomBytes as drawBytes } from "node:crypto";
import { Failure } from "../framework/errors.ts";
import { number, string } from "../framework/properties.ts";
import type { Live, Resource } from "../framework/resource.ts";
import type { Fields } from "../framework/values.ts";
import { textOf } from "../framework/values.ts";
import { fixed, keepers } from "./fixed.ts";

function idState(bytes: Buffer, prefix: string): Live {
  const base64Url = bytes.toString("base64url");
  return {
    // The prefix adorns the outputs, never the id.
    id: base64Url,
    state: {
      b64Url: `${prefix}${base64Url}`,
      b64Std: `${prefix}${bytes.toString("base64")}`,
      hex: `${prefix}${bytes.toString("hex")}`,
      dec: `${prefix}${bytes.length === 0 ? "0" : BigInt(`0x${bytes.toString("hex")}`)}`,
      byteLength: bytes.length,
      ...(prefix ? { prefix } : {}),
    },
  };
}

const atLeastOne = (name: string) => (inputs: Fields) => {
  const value = inputs[name];
  return typeof value === "number" && value < 1
    ? [{ property: name, reason: `${name} must be at least 1` }]
    : [];
};

/** Random bytes in several spellings. */
export const randomId: Resource<void> = fixed({
  token: "random:index/randomId:RandomId",
  inputs: {
    byteLength: number({ required: true, replace: true }),
    prefix: string({ replace: true }),
    keepers: keepers(),
  },
  outputs: { b64Std: string(), b64Url: string(), dec: string(), hex: string() },
  validate: atLeastOne("byteLength"),
  make: (inputs) => idState(drawBytes(Number(inputs.byteLength)), textOf(inputs.prefix)),
  adopt(given) {
    const [value = "", prefix = ""] = given.split(",").toReversed();
    return idState(Buffer.from(value, "base64url"), prefix);
  },
});

function bytesState(bytes: Buffer): Live {
  const base64 = bytes.toString("base64");
  return { id: base64, state: { base64, hex: bytes.toString("hex"), length: bytes.length } };
}

/** Secret random bytes. Stateful: they live in the stack's state alone. */
export const randomBytes: Resource<void> = fixed({
  token: "random:index/randomBytes:RandomBytes",
  inputs: { length: number({ required: true, replace: true }), keepers: keepers() },
  outputs: { base64: string({ secret: true }), hex: string({ secret: true }) },
  validate: atLeastOne("length"),
  make: (inputs) => bytesState(drawBytes(Number(inputs.length))),
  adopt(given) {
    const bytes = Buffer.from(given, "base64");
    if (bytes.toString("base64") !== given)
      throw new Failure("The import id of random bytes is the bytes in base64.");
    return bytesState(bytes);
  },
});
