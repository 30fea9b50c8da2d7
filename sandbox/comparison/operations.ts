import type { Capture, StageCapture } from "./capture.ts";

/** What one side's operation of the engine came to. */
export interface OperationFigures {
  /** How many resources it did what with. */
  readonly steps: Readonly<Record<string, number>>;
  /** How many requests reached the cloud. */
  readonly requests: number;
  readonly seconds: number;
}

/** One operation of the engine, and what it came to on each side. */
export interface OperationRow {
  readonly operation: string;
  readonly sides: readonly OperationFigures[];
}

/** What every operation came to, side by side: how much was done, and how long it took. */
export function operationRows([first, second]: readonly [Capture, Capture]): OperationRow[] {
  return first.stages.map((stage, index) => {
    const other = second.stages[index];
    const sides = other === undefined ? [stage] : [stage, other];
    return { operation: stage.stage, sides: sides.map(figuresOf) };
  });
}

function figuresOf({ steps, requests, seconds }: StageCapture): OperationFigures {
  const counts: Record<string, number> = {};
  for (const { operation } of steps) counts[operation] = (counts[operation] ?? 0) + 1;
  return { steps: counts, requests: requests.length, seconds: Math.round(seconds * 10) / 10 };
}

/** The rows of a table for people, with its heading. */
export function operationCells(rows: readonly OperationRow[], sides: readonly string[]): string[][] {
  const cell = ({ steps, requests, seconds }: OperationFigures) => {
    const kinds = Object.keys(steps).sort();
    const done = kinds.map((kind) => `${steps[kind]} ${kind}`);
    return `${done.join(", ")}; ${requests} requests, ${seconds} s`;
  };
  return [
    ["operation", ...sides],
    ...rows.map(({ operation, sides: figures }) => [operation, ...figures.map(cell)]),
  ];
}
