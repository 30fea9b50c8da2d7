import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { rules } from "../../policy/rules.ts";
import { accessCases } from "./cases/access.ts";
import { dataCases } from "./cases/data.ts";
import { operationCases } from "./cases/operation.ts";
import { verdict } from "./support.ts";

const cases = { ...accessCases, ...dataCases, ...operationCases };

for (const rule of rules) {
  const { refused, accepted } = cases[rule.name] ?? { refused: {}, accepted: {} };
  suite(rule.name, () => {
    test("has something it refuses and something it accepts, and is mandatory", () => {
      assert.ok(Object.keys(refused).length > 0 && Object.keys(accepted).length > 0);
      assert.equal(rule.enforcementLevel, "mandatory");
    });
    for (const [what, { resources, stack, says }] of Object.entries(refused)) {
      test(`refuses ${what}, naming the resource and what mends it`, async () => {
        assert.match((await verdict(rule, resources, stack)).join("\n"), says);
      });
    }
    for (const [what, { resources, stack }] of Object.entries(accepted)) {
      test(`accepts ${what}`, async () => {
        assert.deepEqual(await verdict(rule, resources, stack), []);
      });
    }
  });
}

suite("the pack", () => {
  const names = rules.map(({ name }) => name);

  test("has every rule, each in the file of its name", () => {
    const files = readdirSync(new URL("../../policy/rules/", import.meta.url));
    assert.deepEqual(files.sort(), names.map((name) => `${name}.ts`).sort());
    assert.deepEqual(Object.keys(cases).sort(), [...names].sort());
  });

  test("is listed in its README, in the same words", () => {
    const readme = readFileSync(new URL("../../policy/README.md", import.meta.url), "utf8");
    const rows = readme.split("\n").filter((line) => line.startsWith("| `"));
    assert.deepEqual(
      rows,
      rules.map(({ name, description }) => `| \`${name}\` | ${description} |`),
    );
  });
});
