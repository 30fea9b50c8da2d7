import type { Difference } from "./capture.ts";

/** A difference that must be, and why. */
export interface Explanation {
  readonly kinds: readonly Difference["kind"][];
  /** What `where` of such a difference looks like. */
  readonly where: RegExp;
  /** What the stand-in's side looks like as JSON, `absent` where there is nothing. */
  readonly standIn?: RegExp;
  readonly official?: RegExp;
  /** One sentence for people. */
  readonly why: string;
  /** Environments of this repository where it shows: elsewhere it is not missed. */
  readonly seenIn: readonly string[];
}

/** Differences, told apart by whether somebody has said why they are. */
export interface Judgement {
  readonly unexplained: readonly Difference[];
  readonly explained: readonly { readonly why: string; readonly differences: readonly Difference[] }[];
  /** Explanations of what no longer is. */
  readonly stale: readonly string[];
}

/** Holds differences against explanations; the first that fits counts. */
export function judge(
  differences: readonly Difference[],
  explanations: readonly Explanation[],
  environment: string,
): Judgement {
  const explainedBy = Map.groupBy(differences, (difference) =>
    explanations.find((explanation) => explains(explanation, difference)),
  );
  const used = explanations.filter((explanation) => explainedBy.has(explanation));
  return {
    unexplained: explainedBy.get(undefined) ?? [],
    explained: used.map((one) => ({ why: one.why, differences: explainedBy.get(one) ?? [] })),
    stale: explanations
      .filter((one) => one.seenIn.includes(environment) && !used.includes(one))
      .map(({ why }) => why),
  };
}

function explains({ kinds, where, standIn, official }: Explanation, difference: Difference): boolean {
  return (
    kinds.includes(difference.kind) &&
    where.test(difference.where) &&
    (standIn?.test(textOf(difference.standIn)) ?? true) &&
    (official?.test(textOf(difference.official)) ?? true)
  );
}

/** A side of a difference as one line. */
export function textOf(value: unknown): string {
  return value === undefined ? "absent" : JSON.stringify(value);
}
