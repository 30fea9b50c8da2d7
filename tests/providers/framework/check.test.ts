import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { check, plan } from "../../../sandbox/providers/framework/check.ts";
import { boolean, number, object, string } from "../../../sandbox/providers/framework/properties.ts";
import type { Fields } from "../../../sandbox/providers/framework/values.ts";
import { UNKNOWN } from "../../../sandbox/providers/framework/values.ts";

const properties = {
  name: string({ autoName: { lowerCase: true, maxLength: 16 } }),
  size: number({ required: true }),
  mode: string({ default: "fast", oneOf: ["fast", "slow"] }),
  on: boolean(),
  off: boolean({ default: false }),
  framework: number({ default: 7, plannedDefault: true }),
  nested: object({ port: number({ default: 80 }), host: string({ required: true }) }),
};
const naming = { logicalName: "A-Rather-Long-Name", randomSeed: new Uint8Array([7]) };
const run = (declared: Fields, previous: Fields = {}) => check(properties, previous, declared, naming);

describe("what a check makes of inputs", () => {
  test("fills in names and defaults and says which, but no zeros and no defaults that are planned", () => {
    const { inputs, failures } = run({ size: 1, nested: { host: "h" } });
    assert.deepEqual(failures, []);
    assert.match(String(inputs.name), /^a-rather-[0-9a-f]{7}$/);
    assert.deepEqual(
      { ...inputs, name: "" },
      {
        name: "",
        size: 1,
        mode: "fast",
        nested: { port: 80, host: "h", __defaults: ["port"] },
        __defaults: ["name", "mode"],
      },
    );
  });

  test("makes the same name from the same seed", () => {
    assert.equal(run({ size: 1 }).inputs.name, run({ size: 1 }).inputs.name);
  });

  test("keeps a made name, but not a given one that is given no more", () => {
    assert.equal(run({ size: 1 }, { name: "kept", __defaults: ["name"] }).inputs.name, "kept");
    assert.notEqual(run({ size: 1 }, { name: "given", __defaults: [] }).inputs.name, "given");
  });

  test("takes numbers and switches written as text", () => {
    assert.deepEqual(run({ size: "12", on: "true", name: "n" }).inputs, {
      name: "n",
      size: 12,
      mode: "fast",
      on: true,
      __defaults: ["mode"],
    });
  });

  test("what is carried out has the defaults, on every level, and no notes below the first", () => {
    const { inputs } = run({ name: "n", size: 1, nested: { host: "h" } });
    assert.deepEqual(plan(properties, inputs), {
      name: "n",
      size: 1,
      mode: "fast",
      off: false,
      framework: 7,
      nested: { port: 80, host: "h" },
      __defaults: ["mode"],
    });
    assert.equal(plan(properties, { ...inputs, mode: "slow" }).mode, "slow");
    assert.equal(plan(properties, { ...inputs, mode: UNKNOWN }).mode, UNKNOWN);
  });

  test("takes unknown values", () => {
    assert.deepEqual(run({ size: UNKNOWN, mode: UNKNOWN }).failures, []);
  });

  const refused: [string, Fields, RegExp][] = [
    ["a missing input", {}, /"size" is required/],
    ["a missing nested input", { size: 1, nested: {} }, /"nested.host" is required/],
    ["a word that is not allowed", { size: 1, mode: "warp" }, /one of fast, slow; got "warp"/],
    ["a wrong type", { size: "big" }, /"size" must be a number/],
    ["an unknown input", { size: 1, colour: "red" }, /colour is not an input/],
    ["an unknown nested input", { size: 1, nested: { host: "h", path: "/" } }, /"nested.path" is not known/],
  ];
  for (const [what, declared, reason] of refused) {
    test(`refuses ${what}`, () =>
      assert.match(
        run(declared)
          .failures.map((one) => one.reason)
          .join(),
        reason,
      ));
  }
});
