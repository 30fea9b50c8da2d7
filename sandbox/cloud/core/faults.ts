import { z } from "zod";
import type { Collection } from "./store.ts";

const Match = z.strictObject({
  method: z.string().optional(),
  path: z.string().optional(),
  server: z.enum(["api", "spaces"]).default("api"),
});

const shared = {
  match: Match.prefault({}),
  after: z.int().positive().optional(),
  times: z.int().positive().optional(),
};

/** What comes after the answer was made is the API's alone: Spaces' answers are another server's. */
const sharedByAnswers = {
  ...shared,
  match: Match.extend({ server: z.literal("api").default("api") }).prefault({}),
};

/**
 * What a test may ask for. `after` counts down the requests that are let pass first, `times` those that are met, to
 * removal; without it the fault stays until it is deleted.
 */
export const FaultRequest = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("status"),
    status: z.int().min(400).max(599),
    retryAfterSeconds: z.int().positive().optional(),
    ...shared,
  }),
  z.strictObject({ kind: z.literal("reset"), ...shared }),
  z.strictObject({ kind: z.literal("delay"), delayMs: z.int().positive(), ...shared }),
  z.strictObject({ kind: z.literal("answer-lost"), ...sharedByAnswers }),
  z.strictObject({ kind: z.literal("answer-late"), delayMs: z.int().positive(), ...sharedByAnswers }),
  z.strictObject({ kind: z.literal("stuck-action"), ...shared }),
  z.strictObject({ kind: z.literal("droplet-never-active"), ...shared }),
  z.strictObject({ kind: z.literal("deployment-fails"), ...shared }),
  z.strictObject({ kind: z.literal("region-away"), region: z.string() }),
]);

/** A fault on order, and how many requests it has met. */
export type Fault = z.output<typeof FaultRequest> & { id: number; met: number };
/** Those that strike requests; a region that is away is looked up. */
type Kind = Exclude<Fault["kind"], "region-away">;

type Striking = Extract<Fault, { kind: Kind }>;

/** What a fault is matched against. */
export interface FaultTarget {
  server: "api" | "spaces";
  method: string;
  path: string;
}

/** The misbehaviour that tests have ordered. */
export class Faults {
  readonly #faults: Collection<Fault>;

  constructor(faults: Collection<Fault>) {
    this.#faults = faults;
  }

  /** The oldest fault of this kind that matches and lets nothing pass any more, used up once. */
  take<K extends Kind>(kind: K, target: FaultTarget): Extract<Fault, { kind: K }> | undefined {
    const candidates = this.#faults
      .all()
      .filter((fault): fault is Striking => fault.kind === kind)
      .filter((fault) => matches(fault, target));
    const striking = candidates.findIndex(({ after }) => after === undefined);
    for (const fault of striking === -1 ? candidates : candidates.slice(0, striking)) this.#letPass(fault);
    const fault = candidates[striking];
    if (!fault) return undefined;
    const met = fault.met + 1;
    if (fault.times === 1) this.#faults.delete(fault.id);
    else if (fault.times === undefined) this.#faults.put({ ...fault, met });
    else this.#faults.put({ ...fault, met, times: fault.times - 1 });
    return fault as Extract<Fault, { kind: K }>;
  }

  /** Whether nothing can be made in a region. */
  isAway(region: string): boolean {
    return this.#faults.filter((fault) => fault.kind === "region-away" && fault.region === region).length > 0;
  }

  #letPass({ after = 1, ...fault }: Striking): void {
    this.#faults.put((after > 1 ? { ...fault, after: after - 1 } : fault) as Fault);
  }
}

function matches(fault: Striking, target: FaultTarget): boolean {
  const { server, method, path } = fault.match;
  if (server !== target.server) return false;
  if (method !== undefined && method.toUpperCase() !== target.method) return false;
  return path === undefined || pathPattern(path).test(target.path);
}

/** `/^\/v2\/apps/` in slashes with a caret or dollar is a regular expression; anything else a glob of `*` and `**`. */
export function pathPattern(pattern: string): RegExp {
  const expression = /^\/(\^.*|.*\$)\/$/.exec(pattern);
  if (expression?.[1]) return new RegExp(expression[1]);
  const source = pattern
    .split(/(\*\*|\*)/)
    .map((part) =>
      part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"),
    )
    .join("");
  return new RegExp(`^${source}$`);
}
