/** One measured number, as scripts read it: these field names are an interface. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: "s" | "ms" | "ms/resource" | "MB" | "ratio" | "resources" | "requests/s";
  /** What the value must not exceed; null where it is only told. */
  readonly limit: number | null;
  /** There where the limit is what the value must not fall below. */
  readonly bound?: "at least";
  /** Whether the value is within its limit; always so where there is none. */
  readonly holds: boolean;
  /** For a part of a whole that is shown as it went: seconds from the whole's beginning to the part's. */
  readonly startedAt?: number;
}

/** Says what is going on now. */
export type Report = (line: string) => void;

/** Something worth measuring: one file in `figures/`, one line in `list.ts`. */
export interface Benchmark {
  /** Named on the command line by this. */
  readonly name: string;
  readonly description: string;
  /** Why it cannot be measured here, as half a sentence; undefined where it can. Left out where it always can. */
  obstacle?(): Promise<string | undefined>;
  run(report: Report): Promise<Figure[]>;
}

const digits: Readonly<Record<Figure["unit"], number>> = {
  s: 2,
  ms: 0,
  "ms/resource": 1,
  MB: 0,
  ratio: 2,
  resources: 0,
  "requests/s": 0,
};

/**
 * A figure with the digits that mean something, held against its limit as it is shown.
 *
 * @param limit left out where the value is only told
 */
export function figure(
  name: string,
  value: number,
  unit: Figure["unit"],
  limit: number | null = null,
): Figure {
  const isShort = unit === "ms" && Math.abs(value) < 10;
  const shown = Number(value.toFixed(isShort ? 2 : digits[unit]));
  return { name, value: shown, unit, limit, holds: limit === null || shown <= limit };
}

/** The same for a limit that the value must not fall below. */
export function atLeast(name: string, value: number, unit: Figure["unit"], limit: number): Figure {
  const shown = figure(name, value, unit);
  return { ...shown, limit, bound: "at least", holds: shown.value >= limit };
}

/** How long a part of something took, and when in it. */
export function part(name: string, seconds: number, startedAt: number): Figure {
  return { ...figure(name, seconds, "s"), startedAt };
}
