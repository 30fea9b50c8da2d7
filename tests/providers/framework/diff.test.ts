import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { changePath, diff, withoutIgnored } from "../../../sandbox/providers/framework/diff.ts";
import type { Properties } from "../../../sandbox/providers/framework/properties.ts";
import {
  boolean,
  list,
  map,
  number,
  object,
  set,
  string,
} from "../../../sandbox/providers/framework/properties.ts";
import type { Fields } from "../../../sandbox/providers/framework/values.ts";
import { UNKNOWN } from "../../../sandbox/providers/framework/values.ts";

const properties: Properties = {
  name: string(),
  region: string({ replace: true }),
  filled: string({ computed: true }),
  type: string({ blank: "PLAIN" }),
  hashed: string({ digest: (text) => `#${text}` }),
  count: number(),
  on: boolean(),
  keepers: map(string(), { replace: true }),
  ordered: list(string()),
  tags: set(string()),
  envs: set(object({ key: string(), value: string() }), { identity: "key" }),
  spec: object({ services: list(object({ image: string(), port: number({ computed: true }) })) }),
};

interface Case {
  what: string;
  stored: Fields;
  declared: Fields;
  expected: string[];
}

const cases: Case[] = [
  {
    what: "a list where there was none",
    stored: { tags: [] },
    declared: { tags: ["a"] },
    expected: ["add tags"],
  },
  { what: "a text that counts as none", stored: { type: "" }, declared: { type: "PLAIN" }, expected: [] },
  { what: "a text and its digest", stored: { hashed: "#a" }, declared: { hashed: "a" }, expected: [] },
  {
    what: "another text than the digest's",
    stored: { hashed: "#a" },
    declared: { hashed: "b" },
    expected: ["update hashed"],
  },
  { what: "equal values", stored: { name: "a" }, declared: { name: "a" }, expected: [] },
  { what: "another value", stored: { name: "a" }, declared: { name: "b" }, expected: ["update name"] },
  { what: "a new value", stored: {}, declared: { name: "b" }, expected: ["add name"] },
  { what: "a dropped value", stored: { name: "a" }, declared: {}, expected: ["delete name"] },
  { what: "a dropped value the service fills in", stored: { filled: "a" }, declared: {}, expected: [] },
  { what: "nothing and empty", stored: { name: "", count: 0 }, declared: { on: false }, expected: [] },
  {
    what: "a replacing value",
    stored: { region: "a" },
    declared: { region: "b" },
    expected: ["update region!"],
  },
  { what: "an unknown value", stored: { name: "a" }, declared: { name: UNKNOWN }, expected: ["update name"] },
  {
    what: "a key of a replacing map",
    stored: { keepers: { a: "1" } },
    declared: { keepers: { a: "1", b: "2" } },
    expected: ["add keepers.b!"],
  },
  {
    what: "the order of a list",
    stored: { ordered: ["a", "b"] },
    declared: { ordered: ["b"] },
    expected: ["update ordered[0]", "delete ordered[1]"],
  },
  { what: "the order of a set", stored: { tags: ["a", "b"] }, declared: { tags: ["b", "a"] }, expected: [] },
  {
    what: "an exchanged item of a set",
    stored: { tags: ["a", "b"] },
    declared: { tags: ["a", "c"] },
    expected: ["update tags[1]"],
  },
  {
    what: "an item known by its key",
    stored: {
      envs: [
        { key: "A", value: "1" },
        { key: "B", value: "2" },
      ],
    },
    declared: {
      envs: [
        { key: "B", value: "3" },
        { key: "A", value: "1" },
      ],
    },
    expected: ["update envs[0].value"],
  },
  {
    what: "a nested value, while the service fills in another",
    stored: { spec: { services: [{ image: "a", port: 80 }] } },
    declared: { spec: { services: [{ image: "b" }] } },
    expected: ["update spec.services[0].image"],
  },
];

describe("what a diff finds", () => {
  for (const { what, stored, declared, expected } of cases) {
    test(what, () => {
      const found = diff(properties, stored, declared);
      assert.deepEqual(
        found.map((change) => `${change.kind} ${changePath(change)}${change.replace ? "!" : ""}`),
        expected,
      );
    });
  }

  test("what never settles is a change whenever it is left out", () => {
    const unsettled = { type: string({ computed: true, neverSettled: true }) };
    assert.deepEqual(diff(unsettled, { type: "A" }, {}).map(changePath), ["type"]);
    assert.deepEqual(diff(unsettled, { type: "A" }, { type: "A" }), []);
  });

  test("ignored paths are left out, with * for any one step", () => {
    const stored = { name: "a", spec: { services: [{ image: "a" }, { image: "b" }] } };
    const declared = { name: "b", spec: { services: [{ image: "x" }, { image: "y" }] } };
    const found = withoutIgnored(diff(properties, stored, declared), ["name", "spec.services[*].image"]);
    assert.deepEqual(found, []);
  });
});
