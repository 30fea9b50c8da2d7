/** A resource in a graph of what waits for what. */
export interface Step {
  readonly id: string;
  /** What must be finished before this begins. */
  readonly after: readonly string[];
  /** Milliseconds it takes by itself. */
  readonly milliseconds: number;
}

/** The longest chain of steps that wait for each other, and how long it takes. */
export interface CriticalPath {
  readonly milliseconds: number;
  readonly steps: readonly Step[];
}

/**
 * No run can be shorter than its critical path, however much is done at once.
 *
 * @throws Error when steps wait for each other in a circle, or for one that is not there
 */
export function criticalPath(steps: readonly Step[]): CriticalPath {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const known = new Map<string, CriticalPath>();
  const pathTo = (id: string, waiting: readonly string[]): CriticalPath => {
    const found = known.get(id);
    if (found) return found;
    const step = byId.get(id);
    if (!step) throw new Error(`${waiting.at(-1)} waits for ${id}, which is not there`);
    if (waiting.includes(id)) throw new Error(`these wait for each other: ${[...waiting, id].join(", ")}`);
    const before = longest(step.after.map((other) => pathTo(other, [...waiting, id])));
    const path = {
      milliseconds: before.milliseconds + step.milliseconds,
      steps: [...before.steps, step],
    };
    known.set(id, path);
    return path;
  };
  return longest(steps.map(({ id }) => pathTo(id, [])));
}

function longest(paths: readonly CriticalPath[]): CriticalPath {
  return paths.reduce((best, path) => (path.milliseconds > best.milliseconds ? path : best), {
    milliseconds: 0,
    steps: [],
  });
}
