import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Difference } from "../../../sandbox/comparison/capture.ts";
import { type Explanation, judge } from "../../../sandbox/comparison/explain.ts";
import { explanations } from "../../../sandbox/comparison/explained.ts";
import { formatJudgement } from "../../../sandbox/comparison/report.ts";

const zeros: Explanation = {
  kinds: ["body"],
  where: /^up: POST \/v2\/tags/,
  standIn: /^absent$/,
  official: /^(""|0|null)$/,
  why: "Zeros are sent.",
  seenIn: ["prod"],
};
const difference = (rest: Partial<Difference> = {}): Difference => ({
  kind: "body",
  where: "up: POST /v2/tags (a): note",
  standIn: undefined,
  official: "",
  ...rest,
});

suite("differences and their reasons", () => {
  test("one that fits in every part is explained; in any part not, it is not", () => {
    const all = [
      difference(),
      difference({ kind: "order" }),
      difference({ where: "up: POST /v2/vpcs: note" }),
      difference({ standIn: "text" }),
      difference({ official: "text" }),
    ];
    const { unexplained, explained, stale } = judge(all, [zeros], "prod");
    assert.deepEqual(unexplained, all.slice(1));
    assert.deepEqual(explained, [{ why: zeros.why, differences: all.slice(0, 1) }]);
    assert.deepEqual(stale, []);
  });

  test("an explanation of nothing is stale, but only where it was ever seen", () => {
    assert.deepEqual(judge([], [zeros], "prod").stale, [zeros.why]);
    assert.deepEqual(judge([], [zeros], "staging").stale, []);
  });

  test("people see the unexplained in full, and the rest by reason", () => {
    const all = [difference(), difference(), difference({ where: "up: GET /v2/vpcs", official: 3 })];
    const text = formatJudgement(judge(all, [zeros], "prod"), ["stand-in", "official"]);
    assert.equal(
      text,
      [
        "body  up: GET /v2/vpcs",
        "    stand-in  absent",
        "    official  3",
        "explained 2 times: Zeros are sent.",
        "1 unexplained differences, 2 explained ones, 0 stale explanations",
      ].join("\n"),
    );
  });

  test("every explanation is one sentence, and is seen somewhere", () => {
    for (const { why, seenIn } of explanations) {
      assert.match(why, /^[A-Z`].*\.$/s);
      assert.ok(seenIn.length > 0, why);
    }
  });
});
