import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Operation, poll } from "../../../sandbox/providers/framework/operation.ts";
import { fakeOperation } from "../support.ts";

/** Asks for what never comes; how often, and what is said in the end. */
async function inVain(operation: Operation) {
  let asked = 0;
  const never = () => {
    asked += 1;
    return Promise.resolve(undefined);
  };
  const said = await poll(operation, "it", 2000, never).catch(({ message }: Error) => message);
  return { asked, said };
}

const sum = (waits: readonly number[]) => Math.round(waits.reduce((all, one) => all + one, 0));

describe("waiting for something that takes its time", () => {
  test("ends with the first answer", async () => {
    const answers = [undefined, undefined, "there"];
    const operation = fakeOperation();
    assert.equal(await poll(operation, "it", 2000, () => Promise.resolve(answers.shift())), "there");
    assert.deepEqual(operation.waits, [200, 300]);
  });

  test("gives up after as long as is usual, when the program did not say", async () => {
    const operation = fakeOperation(undefined, 60_000);
    assert.equal((await inVain(operation)).said, "Gave up waiting for it after 2 seconds.");
    assert.equal(sum(operation.waits), 2000);
  });

  test("counts what the program allows from the beginning of the whole operation", async () => {
    const operation = fakeOperation(5000, 4000);
    assert.equal((await inVain(operation)).said, "Gave up waiting for it after 5 seconds.");
    assert.equal(sum(operation.waits), 1000);
  });

  test("asks for nothing any more when an answer before took all of that", async () => {
    const given = await inVain(fakeOperation(3000, 4000));
    assert.deepEqual(given, { asked: 0, said: "Gave up waiting for it after 3 seconds." });
  });
});
