import type { Difference } from "./capture.ts";
import { type Judgement, textOf } from "./explain.ts";

/** What is said of a comparison: the unexplained in full, the explained by reason. */
export function formatJudgement(
  { unexplained, explained, stale }: Judgement,
  sides: readonly string[],
): string {
  const [first = "", second = ""] = sides;
  const width = Math.max(first.length, second.length);
  const lines = (difference: Difference) => [
    `${difference.kind}  ${difference.where}`,
    `    ${first.padEnd(width)}  ${textOf(difference.standIn)}`,
    `    ${second.padEnd(width)}  ${textOf(difference.official)}`,
  ];
  const count = explained.reduce((sum, { differences }) => sum + differences.length, 0);
  return [
    ...unexplained.flatMap(lines),
    ...explained.map(({ why, differences }) => `explained ${differences.length} times: ${why}`),
    ...stale.map(
      (why) => `explained, but no longer so (take it out of sandbox/comparison/explained.ts): ${why}`,
    ),
    `${unexplained.length} unexplained differences, ${count} explained ones, ${stale.length} stale explanations`,
  ].join("\n");
}
