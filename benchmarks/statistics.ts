/** The middle value; of an even number of values, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const [below, above] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  if (below === undefined || above === undefined)
    throw new Error("nothing was measured, so there is no median");
  return (below + above) / 2;
}

/**
 * The middle of what two variants give side by side, round by round: what the machine does else in a round meets both, and
 * so is no part of the comparison.
 */
export function paired<Left, Right>(
  left: readonly Left[] | undefined,
  right: readonly Right[] | undefined,
  compare: (left: Left, right: Right) => number,
): number {
  return median(
    (left ?? []).flatMap((one, round) => (right?.[round] === undefined ? [] : [compare(one, right[round])])),
  );
}

/** How much y grows for each x: the slope of the line nearest to all points. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middleX, middleY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const spread = points.reduce((sum, { x }) => sum + (x - middleX) ** 2, 0);
  if (spread === 0) throw new Error("a slope needs points with different x");
  return points.reduce((sum, { x, y }) => sum + (x - middleX) * (y - middleY), 0) / spread;
}

/**
 * Runs each variant in turn, round after round, so that whatever else the machine does meets all of them alike. The
 * first round only warms up: it is run and not counted.
 *
 * @returns what each variant gave, round by round
 */
export async function alternate<Variant, Result>(
  variants: readonly Variant[],
  rounds: number,
  run: (variant: Variant, round: number) => Promise<Result>,
): Promise<Map<Variant, Result[]>> {
  const results = new Map<Variant, Result[]>(variants.map((variant) => [variant, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const variant of variants) {
      const result = await run(variant, round);
      if (round > 0) results.get(variant)?.push(result);
    }
  }
  return results;
}
