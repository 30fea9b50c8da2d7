import { styled, table } from "../sandbox/cli/output.ts";
import type { Figure } from "./benchmark.ts";

/** The figures as a table for people; colour only on a terminal. */
export function formatFigures(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, limit, holds } = figure;
    const told = [name, withUnit(value, unit)];
    if (limit === null) return [...told, "", ""];
    return [...told, allowed(figure), holds ? styled("green", "holds") : styled("red", "BROKEN")];
  });
  return table(rows, "");
}

/** A value with its unit, as people write it: ratios have none. */
export function withUnit(value: number, unit: Figure["unit"]): string {
  return unit === "ratio" ? String(value) : `${value} ${unit}`;
}

/** A limit in words. */
export function allowed({ unit, limit, bound }: Pick<Figure, "unit" | "limit" | "bound">): string {
  return `${bound ?? "at most"} ${withUnit(limit ?? 0, unit)}`;
}

/** Figures that do not hold their limits, as one line each. */
export function broken(figures: readonly Figure[]): string[] {
  return figures
    .filter(({ holds }) => !holds)
    .map((broken) => `${broken.name}: ${withUnit(broken.value, broken.unit)}, ${allowed(broken)}`);
}
