import { type Mark, timeOf } from "./marks.ts";

/** The parts of a preview, which follow each other without a gap: together they are all of its time. */
export interface Parts {
  readonly "engine and language host": number;
  readonly "Node and Pulumi's runner": number;
  readonly "loading packages": number;
  readonly "the program itself": number;
  readonly "provider processes": number;
  readonly "checks, diffs and calls": number;
  readonly "the engine's end": number;
}

/**
 * Takes a run apart, in milliseconds. Providers are started by the engine one after the other while the program waits
 * for its first answers; what the program did itself before that is counted there.
 */
export function partsOf(marks: readonly Mark[], startedAt: number, endedAt: number): Parts {
  const [started, loading, running, wired, ended] = [
    timeOf(marks, "program started"),
    timeOf(marks, "program loading"),
    timeOf(marks, "program running"),
    timeOf(marks, "program wired"),
    timeOf(marks, "program ended"),
  ];
  const providers = covered(providerStarts(marks), wired, ended);
  return {
    "engine and language host": started - startedAt,
    "Node and Pulumi's runner": loading - started,
    "loading packages": running - loading,
    "the program itself": wired - running,
    "provider processes": providers,
    "checks, diffs and calls": ended - wired - providers,
    "the engine's end": endedAt - ended,
  };
}

type Span = readonly [from: number, to: number];

function providerStarts(marks: readonly Mark[]): Span[] {
  return marks
    .filter(({ event }) => event === "provider started")
    .map(({ pid, at }) => [
      at,
      timeOf(
        marks.filter((mark) => mark.pid === pid),
        "provider ready",
      ),
    ]);
}

/** How much of the time between two moments is inside at least one of the spans. */
function covered(spans: readonly Span[], from: number, to: number): number {
  let [sum, reached] = [0, from];
  for (const [begin, end] of [...spans].sort(([left], [right]) => left - right)) {
    const [first, last] = [Math.max(begin, reached), Math.min(end, to)];
    if (last <= first) continue;
    sum += last - first;
    reached = last;
  }
  return sum;
}
