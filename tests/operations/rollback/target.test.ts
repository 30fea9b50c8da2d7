import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Failure } from "../../../operations/failure.ts";
import type { Release } from "../../../operations/releases/release.ts";
import { wayBack } from "../../../operations/rollback/target.ts";
import { release } from "./samples.ts";

const newest = (releases: readonly Release[]) => (one: Release) => one.name === releases[0]?.name;
const backTo = (to: Release): Release["rollback"] => ({ from: null, to: to.name, part: "all", seconds: {} });

function target(releases: readonly Release[], runs = newest(releases)): string {
  return wayBack("prod", releases, runs).to.name;
}

suite("without an argument the way back leads", () => {
  const [first, second, third] = [release(1), release(2), release(3)];

  test("from a healthy release to the healthy one before it", () => {
    assert.equal(target([third, second, first]), second.name);
    assert.equal(target([third, release(2, { result: "unhealthy" }), first]), first.name);
  });

  test("from one that is not well, or that the engine did not carry through, to the last healthy one", () => {
    assert.equal(target([release(3, { result: "unhealthy" }), second]), second.name);
    assert.equal(target([release(3, { result: "failed" }), second, first]), second.name);
    assert.equal(target([release(3, { result: "unasked" }), second, first]), second.name);
  });

  test("to the newest one where something runs that nobody recorded", () => {
    assert.equal(
      target([third, second], () => false),
      third.name,
    );
  });

  test("to the same release again, whether a way back was broken off or is through", () => {
    for (const result of ["failed", "healthy", "unhealthy"] as const) {
      const back = release(4, { result, rollback: backTo(second) });
      assert.equal(target([back, third, second, first]), second.name);
    }
  });

  test("past a way back, once something was delivered after it", () => {
    const back = release(4, { rollback: backTo(second) });
    assert.equal(target([release(5), back, third, second]), back.name);
  });

  test("nowhere, and that is said, where no release before was healthy", () => {
    assert.throws(() => target([first]), /no release of prod before 20261126T020100Z was healthy/);
    assert.throws(() => target([]), /no release of prod has been recorded/);
  });
});

suite("a release that is named", () => {
  const releases = [release(3), release(2, { result: "failed" }), release(1, { result: "unhealthy" })];
  const named = (name: string) => wayBack("prod", releases, newest(releases), name).to.name;

  test("is gone back to, also where it was not well", () => {
    assert.equal(named("20261126T020100Z"), "20261126T020100Z");
  });

  test("must be there and whole", () => {
    const refused = (name: string) => {
      try {
        named(name);
      } catch (error) {
        assert.ok(error instanceof Failure);
        return `${error.message}; ${error.remedy}`;
      }
      return assert.fail("not refused");
    };
    assert.equal(
      refused("20261126T020200Z"),
      "the release 20261126T020200Z of prod failed on the way, so it was never whole; name a healthy one: 20261126T020300Z",
    );
    assert.match(refused("yesterday"), /^prod has no release "yesterday"; name a healthy one: /);
  });
});
