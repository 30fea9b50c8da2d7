import { styled, table } from "../sandbox/cli/output.ts";
import type { Figure } from "./benchmark.ts";

/** The figures as a table for people; colour only on a terminal. */
export function formatFigures(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, limit, holds }) => [
    name,
    withUnit(value, unit),
    limit === null ? "" : `at most ${withUnit(limit, unit)}`,
    limit === null ? "" : holds ? styled("green", "holds") : styled("red", "EXCEEDED"),
  ]);
  return table(rows, "");
}

/** A value with its unit, as people write it: ratios have none. */
export function withUnit(value: number, unit: Figure["unit"]): string {
  return unit === "ratio" ? String(value) : `${value} ${unit}`;
}

/** Figures that exceed their limits, as one line each. */
export function broken(figures: readonly Figure[]): string[] {
  return figures
    .filter(({ holds }) => !holds)
    .map(
      ({ name, value, unit, limit }) =>
        `${name}: ${withUnit(value, unit)}, at most ${withUnit(limit ?? 0, unit)}`,
    );
}
