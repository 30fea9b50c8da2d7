import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { type ChangeSet, changeSetOf, valueHash } from "../../../operations/delivery/change-set.ts";
import { differencesBetween, isPartOf } from "../../../operations/delivery/difference.ts";
import type { EngineStep } from "../../../operations/delivery/engine-preview.ts";

const secretMark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const secret = (value: unknown) => ({ ...secretMark, plaintext: JSON.stringify(value) });
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const urnOf = (name: string) => `urn:pulumi:prod::insightpulse::digitalocean:index/app:App::${name}`;
const hash = valueHash("a passphrase", "prod");

interface Planned {
  readonly op?: string;
  readonly name?: string;
  readonly adds?: object;
  readonly updates?: object;
  readonly deletes?: readonly string[];
  readonly diff?: Readonly<Record<string, string>>;
  readonly protects?: readonly [boolean, boolean];
  readonly seed?: string;
}

function set(planned: readonly Planned[], by = hash): ChangeSet {
  const steps = planned.map(
    ({ op = "update", name = "app", diff = {}, protects = [false, false] }): EngineStep => ({
      ...{ op, urn: urnOf(name), old: { protect: protects[0] }, new: { protect: protects[1] } },
      detailedDiff: Object.fromEntries(Object.entries(diff).map(([path, diffKind]) => [path, { diffKind }])),
    }),
  );
  const resourcePlans = Object.fromEntries(
    planned.map(({ name = "app", adds, updates, deletes, seed = "a seed" }) => [
      urnOf(name),
      { seed, goal: { inputDiff: { adds, updates, deletes } } },
    ]),
  );
  return changeSetOf(steps, JSON.stringify({ manifest: { time: new Date() }, resourcePlans }), by);
}

const spec = (image: string, password: unknown = secret("a password")) => ({
  spec: {
    name: "app",
    services: [{ __defaults: [], image: { tag: image }, envs: [{ key: "PASSWORD", value: password }] }],
  },
});
const tagDiff = { "spec.services[0].image.tag": "update" };
const passwordDiff = { "spec.services[0].envs[0].value": "update" };

suite("a change set", () => {
  test("is the same at another time, with other seeds, in another order of steps and properties", () => {
    const one = set([
      { name: "b", updates: { x: 1, y: 2 }, seed: "one" },
      { name: "a", op: "create", adds: { list: [1, { z: 1, w: 2 }] } },
    ]);
    const other = set([
      { name: "a", op: "create", adds: { list: [1, { w: 2, z: 1 }] } },
      { name: "b", updates: { y: 2, x: 1 }, seed: "other" },
    ]);
    assert.equal(one.digest, other.digest);
    assert.match(one.digest, /^sha256:[0-9a-f]{64}$/);
  });

  test("holds only what changes: what stays beside it may become another thing", () => {
    const [one] = set([{ updates: spec("1", secret("x")), diff: tagDiff }]).changes;
    const [other] = set([{ updates: spec("1", secret("y")), diff: tagDiff }]).changes;
    assert.deepEqual(Object.keys(one?.inputs ?? {}), ["spec.services[0].image.tag"]);
    assert.deepEqual(one, other);
  });

  const base = { updates: spec("1"), diff: { ...tagDiff, ...passwordDiff } };
  const others: Readonly<Record<string, readonly Planned[]>> = {
    "a value": [{ ...base, updates: spec("2") }],
    "a secret": [{ ...base, updates: spec("1", secret("another password")) }],
    "the operation": [{ ...base, op: "replace" }],
    "the resource": [{ ...base, name: "other" }],
    "one change more": [base, { name: "other", op: "delete" }],
    "a path more": [{ ...base, diff: { ...tagDiff, ...passwordDiff, "spec.name": "update" } }],
    "something removed": [{ ...base, diff: { ...base.diff, "spec.gone": "delete" } }],
    "protection taken off": [base, { name: "other", op: "same", protects: [true, false] }],
  };
  for (const [what, planned] of Object.entries(others)) {
    test(`is another with ${what}`, () => {
      assert.notEqual(set(planned).digest, set([base]).digest);
    });
  }

  test("tells nobody a secret, not even whether a guess of it is right", () => {
    const { changes } = set([{ updates: spec("1"), diff: passwordDiff }]);
    const { changes: elsewhere } = set(
      [{ updates: spec("1"), diff: passwordDiff }],
      valueHash("another", "prod"),
    );
    assert.ok(!JSON.stringify(changes).includes("a password"));
    assert.notDeepEqual(changes, elsewhere);
  });

  test("leaves out what is the same, read or refreshed", () => {
    assert.deepEqual(
      set([{ op: "same" }, { op: "read", name: "a" }, { op: "refresh", name: "b" }]).changes,
      [],
    );
  });
});

suite("what differs from a review", () => {
  const changes = (...planned: readonly Planned[]) => set(planned).changes;

  test("is named by resource and path, without any value", () => {
    const reviewed = changes({ updates: spec("1"), diff: tagDiff }, { name: "gone", op: "delete" });
    const now = changes({ updates: spec("2"), diff: tagDiff }, { name: "new", op: "create", adds: { x: 1 } });
    assert.deepEqual(differencesBetween(reviewed, now), [
      "App app: spec.services[0].image.tag would become something else than reviewed",
      "App gone: was to be deleted, and would not be",
      "App new: would be made, and was in no review",
    ]);
    assert.deepEqual(differencesBetween(reviewed, reviewed), []);
    const [replaced] = differencesBetween(
      changes({ updates: { x: 1 } }),
      changes({ op: "replace", updates: { x: 1 } }),
    );
    assert.equal(replaced, "App app: was to be changed, and would be replaced");
  });

  test("is nothing where only a part is left of what was reviewed", () => {
    const reviewed = changes({ updates: { x: 1 } }, { name: "other", op: "create", adds: { y: 1 } });
    assert.ok(isPartOf(changes({ updates: { x: 1 } }), reviewed));
    assert.ok(isPartOf([], reviewed));
    assert.ok(!isPartOf(changes({ updates: { x: 2 } }), reviewed));
    assert.ok(!isPartOf(changes({ updates: { x: 1, z: 1 } }), reviewed));
    assert.ok(!isPartOf(changes({ updates: {} }), reviewed));
    assert.ok(!isPartOf(changes({ op: "replace", updates: { x: 1 } }), reviewed));
    assert.ok(!isPartOf(changes({ name: "third", updates: { x: 1 } }), reviewed));
  });

  test("what nobody could know at the review may become anything, and nothing else may", () => {
    const reviewed = changes({
      op: "create",
      adds: { address: unknownValue, list: secret(unknownValue), x: 1 },
    });
    assert.equal(reviewed[0]?.inputs.address, "unknown");
    assert.ok(
      isPartOf(changes({ op: "create", adds: { address: "192.0.2.1", list: [1, 2], x: 1 } }), reviewed),
    );
    assert.ok(
      !isPartOf(changes({ op: "create", adds: { address: "192.0.2.1", list: [1, 2], x: 2 } }), reviewed),
    );
  });
});
