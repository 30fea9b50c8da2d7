import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { holdingOf } from "../../operations/changes/holdings.ts";
import { runProgram } from "../support/program.ts";

mock.method(console, "warn", () => {});
const { registrations } = await runProgram("prod");

test("every type of resource that prod declares has been classed by what it holds", () => {
  const unclassed = registrations.filter(({ type, name }) =>
    /nobody has said/.test(holdingOf(type, name).loss),
  );
  assert.deepEqual(
    unclassed.map(({ type }) => type),
    [],
  );
});

test("whatever holds data is protected", () => {
  const holders = registrations.filter(({ type, name }) => holdingOf(type, name).holds === "data");
  assert.ok(holders.length > 0);
  const bare = holders.filter(({ protect }) => !protect);
  assert.deepEqual(
    bare.map(({ name }) => name),
    [],
  );
});
