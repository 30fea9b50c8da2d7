import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { boolean, list, object, set, string } from "../../../sandbox/providers/framework/properties.ts";
import { inputsOf, mergeState } from "../../../sandbox/providers/framework/state.ts";
import type { Fields } from "../../../sandbox/providers/framework/values.ts";

const env = object({
  key: string(),
  value: string({ hidden: (live) => live.startsWith("EV[") }),
  type: string(),
});
const inputs = {
  name: string({ same: (stored, declared) => stored.toLowerCase() === declared.toLowerCase() }),
  userData: string(),
  tags: set(string()),
  envs: set(env, { identity: "key" }),
  steps: list(string()),
};
const outputs = { address: string() };

describe("the state made of an answer", () => {
  test("keeps the declared order and spelling, and what the service does not tell", () => {
    const declared = { name: "Web", userData: "#!", tags: ["b", "a"], envs: [{ key: "K", value: "plain" }] };
    const live = {
      name: "web",
      tags: ["a", "b", "c"],
      envs: [
        { key: "X", value: "new" },
        { key: "K", value: "EV[1:abc]", type: "SECRET" },
      ],
      address: "192.0.2.1",
    };
    assert.deepEqual(mergeState(inputs, outputs, declared, live, "applied"), {
      address: "192.0.2.1",
      name: "Web",
      userData: "#!",
      tags: ["b", "a", "c"],
      envs: [
        { key: "K", value: "plain", type: "SECRET" },
        { key: "X", value: "new" },
      ],
    });
  });

  test("shows drift", () => {
    const state = mergeState(
      inputs,
      outputs,
      { name: "web", steps: ["a", "b"] },
      { name: "api", steps: ["b"] },
      "stored",
    );
    assert.deepEqual(state, { name: "api", steps: ["b"] });
  });
});

describe("the state of a text that is not stored as it is declared", () => {
  const properties = {
    hash: string({ digest: (text) => `#${text}` }),
    type: string({ blank: "PLAIN" }),
    secret: string({ hidden: (live) => live.startsWith("EV[") }),
  };
  const live = { type: "", secret: "EV[1:abc]" };

  test("after an application: what was planned", () => {
    const declared = { hash: "text", type: "PLAIN", secret: "s" };
    assert.deepEqual(mergeState(properties, {}, declared, live, "applied"), {
      hash: "#text",
      type: "",
      secret: "s",
    });
  });

  test("after a refresh: what the service says, and the inputs with it, but for a digest", () => {
    const state = mergeState(properties, {}, { hash: "#text", type: "", secret: "s" }, live, "stored");
    assert.deepEqual(state, { hash: "#text", type: "", secret: "EV[1:abc]" });
    assert.deepEqual(inputsOf(properties, state, { hash: "text", secret: "s" }), {
      hash: "text",
      secret: "EV[1:abc]",
      __defaults: [],
    });
  });
});

describe("the inputs that belong to a state", () => {
  const state = {
    name: "web",
    tags: [],
    envs: [{ key: "K", value: "v", type: "GENERAL" }],
    address: "192.0.2.1",
  };

  test("after a refresh: those that were given", () => {
    const previous = { name: "old", envs: [{ key: "K", value: "old" }], __defaults: ["name"] };
    assert.deepEqual(inputsOf(inputs, state, previous), {
      name: "web",
      envs: [{ key: "K", value: "v", __defaults: [] }],
      __defaults: ["name"],
    });
  });

  test("after an import: all that are set", () => {
    assert.deepEqual(inputsOf(inputs, state, undefined), {
      name: "web",
      envs: [{ key: "K", value: "v", type: "GENERAL", __defaults: [] }],
      __defaults: [],
    });
  });

  test("after a refresh: of lists what was given, not what was added elsewhere", () => {
    const lists = { set: set(string()), list: list(string()) };
    const given = { set: ["b", "gone"], list: ["x"], __defaults: [] };
    const live = { set: ["a", "b"], list: ["y", "z"] };
    assert.deepEqual(inputsOf(lists, live, given), { set: ["b"], list: ["y"], __defaults: [] });
  });

  test("after an import: not what is the default anyway, but false where that is not the default", () => {
    const switches = {
      on: boolean({ default: true }),
      off: boolean({ default: false }),
      mode: string({ default: "m" }),
    };
    const inputs = (state: Fields) => inputsOf(switches, state, undefined);
    assert.deepEqual(inputs({ on: true, off: false, mode: "m" }), { __defaults: [] });
    assert.deepEqual(inputs({ on: false, off: true, mode: "n" }), {
      on: false,
      off: true,
      mode: "n",
      __defaults: [],
    });
  });
});
