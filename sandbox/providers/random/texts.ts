import { randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";
import type { Properties } from "../framework/properties.ts";
import { boolean, map, number, string } from "../framework/properties.ts";
import type { Resource } from "../framework/resource.ts";
import type { Fields } from "../framework/values.ts";
import { hasDigits, impossible, randomText } from "./characters.ts";
import { fixed, keepers } from "./fixed.ts";

const COST = 10;
// The official provider's prefix: the same algorithm under its older name.
const makeSalt = (): string => bcrypt.genSaltSync(COST).replace(/^\$2b\$/, "$2a$");
// bcrypt itself reads no further.
const BCRYPT_BYTES = 72;

const kind = () => boolean({ default: true, plannedDefault: true, replace: true });
const fewest = () => number({ default: 0, replace: true });

const textInputs = (): Properties => ({
  length: number({ required: true, replace: true }),
  lower: kind(),
  upper: kind(),
  numeric: boolean({ computed: true, replace: true }),
  // The old name of `numeric`: either may be given, both are told.
  number: boolean({ computed: true, replace: true }),
  special: kind(),
  minLower: fewest(),
  minUpper: fewest(),
  minNumeric: fewest(),
  minSpecial: fewest(),
  overrideSpecial: string({ replace: true }),
  keepers: keepers(),
});

const refuse = (inputs: Fields) => {
  const reason = impossible(inputs);
  return reason === undefined ? [] : [{ property: "length", reason }];
};

const switches = (inputs: Fields): Fields => ({ number: hasDigits(inputs), numeric: hasDigits(inputs) });

// What an import knows of a text: itself. The rest is what the official provider says of an imported one.
const imported = (result: string): Fields => ({
  length: result.length,
  lower: true,
  upper: true,
  numeric: true,
  number: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
});

const hash = (result: string): string =>
  bcrypt.hashSync(Buffer.from(result).subarray(0, BCRYPT_BYTES).toString(), makeSalt());

/** A password: like a string, but secret. Stateful: it lives in the stack's state alone. */
export const randomPassword: Resource<void> = fixed({
  token: "random:index/randomPassword:RandomPassword",
  inputs: textInputs(),
  outputs: { result: string({ secret: true }), bcryptHash: string({ secret: true }) },
  validate: refuse,
  make(inputs) {
    const result = randomText(inputs);
    return { id: "none", state: { ...switches(inputs), result, bcryptHash: hash(result) } };
  },
  adopt: (result) => ({ id: "none", state: { ...imported(result), result, bcryptHash: hash(result) } }),
});

/** A random text that is no secret. */
export const randomString: Resource<void> = fixed({
  token: "random:index/randomString:RandomString",
  inputs: textInputs(),
  outputs: { result: string() },
  validate: refuse,
  make(inputs) {
    const result = randomText(inputs);
    return { id: result, state: { ...switches(inputs), result } };
  },
  adopt: (result) => ({ id: result, state: { ...imported(result), result } }),
});

/** A random UUID. */
export const randomUuid: Resource<void> = fixed({
  token: "random:index/randomUuid:RandomUuid",
  inputs: { keepers: map(string(), { replace: true }) },
  outputs: { result: string() },
  make() {
    const result = randomUUID();
    return { id: result, state: { result } };
  },
  adopt: (result) => ({ id: result, state: { result } }),
});
