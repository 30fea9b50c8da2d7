/** One measured number, as scripts read it: these field names are an interface. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: "s" | "ms" | "ms/resource" | "MB" | "ratio" | "resources";
  /** What the value must not exceed; null where it is only told. */
  readonly limit: number | null;
  /** Whether the value is within its limit; always so where there is none. */
  readonly holds: boolean;
}

/** Says what is going on now. */
export type Report = (line: string) => void;

/** Something worth measuring: one file in `figures/`, one line in `list.ts`. */
export interface Benchmark {
  /** Named on the command line by this. */
  readonly name: string;
  readonly description: string;
  run(report: Report): Promise<Figure[]>;
}

const digits: Readonly<Record<Figure["unit"], number>> = {
  s: 2,
  ms: 0,
  "ms/resource": 1,
  MB: 0,
  ratio: 2,
  resources: 0,
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
  const shown = Number(value.toFixed(digits[unit]));
  return { name, value: shown, unit, limit, holds: limit === null || shown <= limit };
}
