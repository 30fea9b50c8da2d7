import assert from "node:assert/strict";
import { describe, test } from "node:test";
import bcrypt from "bcryptjs";
import { randomBytes, randomId } from "../../../sandbox/providers/random/bytes.ts";
import { randomText } from "../../../sandbox/providers/random/characters.ts";
import { randomPassword, randomString, randomUuid } from "../../../sandbox/providers/random/texts.ts";
import { checked, lifeOf } from "../support.ts";

describe("a random text", () => {
  const cases: [string, Parameters<typeof randomText>[0], RegExp][] = [
    ["of letters and digits", { length: 40, special: false }, /^[A-Za-z0-9]{40}$/],
    ["of digits only", { length: 12, special: false, lower: false, upper: false }, /^\d{12}$/],
    [
      "of the special characters given",
      { length: 9, lower: false, upper: false, numeric: false, overrideSpecial: "_-" },
      /^[_-]{9}$/,
    ],
    [
      "with digits switched off by their old name",
      { length: 30, special: false, number: false },
      /^[A-Za-z]{30}$/,
    ],
  ];
  for (const [what, inputs, expected] of cases) test(what, () => assert.match(randomText(inputs), expected));

  test("has at least as many of each kind as asked for", () => {
    const text = randomText({ length: 8, minLower: 2, minUpper: 2, minNumeric: 2, minSpecial: 2 });
    for (const kind of [/[a-z]/g, /[A-Z]/g, /\d/g, /[^A-Za-z0-9]/g])
      assert.equal(text.match(kind)?.length, 2);
  });

  test("that cannot be is refused", () => {
    const failures = randomString.validate?.(checked(randomString, { length: 3, minUpper: 4 }).fields) ?? [];
    assert.match(failures[0]?.reason ?? "", /must not be less than the sum of the minimums \(4\)/);
  });
});

test("a password is secret, comes with a true bcrypt hash, and is made anew when a keeper changes", async () => {
  const life = lifeOf(randomPassword, undefined);
  const declared = { length: 100, keepers: { year: "2025" } };
  const { state } = await life.create(declared);
  const { result, bcryptHash } = state.fields;
  assert.equal(bcrypt.compareSync(String(result).slice(0, 72), String(bcryptHash)), true);
  assert.match(String(bcryptHash), /^\$2a\$10\$/);
  assert.deepEqual(state.secrets.flat().sort(), ["bcryptHash", "result"]);
  assert.deepEqual(life.changes(state.fields, declared).changes, []);
  const anew = life.changes(state.fields, { ...declared, keepers: { year: "2026" } }).changes;
  assert.deepEqual(
    anew.map(({ replace }) => replace),
    [true],
  );
  assert.deepEqual((await life.read("none", state.fields, declared))?.state.fields, state.fields);
});

test("a password is imported by itself", async () => {
  const imported = await lifeOf(randomPassword, undefined).read("hunter2");
  assert.equal(imported?.state.fields.result, "hunter2");
  assert.equal(imported?.inputs?.fields.length, 7);
});

test("an id is one number in several spellings", async () => {
  const { id, state } = await lifeOf(randomId, undefined).create({ byteLength: 4, prefix: "p-" });
  const bytes = Buffer.from(id, "base64url");
  assert.equal(state.fields.hex, `p-${bytes.toString("hex")}`);
  assert.equal(state.fields.dec, `p-${bytes.readUInt32BE()}`);
  const imported = await lifeOf(randomId, undefined).read(`p-,${id}`);
  assert.equal(imported?.state.fields.hex, state.fields.hex);
});

test("bytes are secret, UUIDs are not", async () => {
  const bytes = await lifeOf(randomBytes, undefined).create({ length: 16 });
  assert.equal(
    Buffer.from(String(bytes.state.fields.base64), "base64").toString("hex"),
    bytes.state.fields.hex,
  );
  assert.deepEqual(bytes.state.secrets.flat().sort(), ["base64", "hex"]);
  const uuid = await lifeOf(randomUuid, undefined).create({});
  assert.match(uuid.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  assert.deepEqual(uuid.state.secrets, []);
});
