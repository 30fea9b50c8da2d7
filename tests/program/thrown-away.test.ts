import assert from "node:assert/strict";
import { mock, suite, test } from "node:test";
import { ofType } from "../support/mocks.ts";
import { runProgram } from "../support/program.ts";

mock.method(console, "warn", () => {});
const { registrations } = await runProgram("staging", { protectData: false });

suite("the program of an environment that is thrown away", () => {
  test("every bucket can be deleted with what is in it", () => {
    const buckets = ofType(registrations, "digitalocean:index/spacesBucket:SpacesBucket");
    assert.deepEqual(
      Object.values(buckets)
        .map(({ name, inputs, protect }) => [name, inputs.forceDestroy, protect])
        .sort(),
      [
        ["backups-first", true, false],
        ["backups-second", true, false],
        ["heartbeats-bucket", true, false],
      ],
    );
  });
});
