import { z } from "zod";
import type { Collection } from "./store.ts";

const Match = z.strictObject({
  method: z.string().optional(),
  path: z.string().optional(),
  server: z.enum(["api", "spaces"]).default("api"),
});

const shared = { match: Match.prefault({}), times: z.int().positive().optional() };

/** What a test may ask for. `times` counts down to removal; without it the fault stays until it is deleted. */
export const FaultRequest = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("status"),
    status: z.int().min(400).max(599),
    retryAfterSeconds: z.int().positive().optional(),
    ...shared,
  }),
  z.strictObject({ kind: z.literal("reset"), ...shared }),
  z.strictObject({ kind: z.literal("delay"), delayMs: z.int().positive(), ...shared }),
  z.strictObject({ kind: z.literal("stuck-action"), ...shared }),
  z.strictObject({ kind: z.literal("droplet-never-active"), ...shared }),
  z.strictObject({ kind: z.literal("deployment-fails"), ...shared }),
]);

export type Fault = z.output<typeof FaultRequest> & { id: number };
type Kind = Fault["kind"];

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

  /** The oldest fault of this kind that matches, used up once. */
  take<K extends Kind>(kind: K, target: FaultTarget): Extract<Fault, { kind: K }> | undefined {
    const fault = this.#faults.find((candidate) => candidate.kind === kind && matches(candidate, target));
    if (!fault) return undefined;
    if (fault.times === 1) this.#faults.delete(fault.id);
    else if (fault.times !== undefined) this.#faults.put({ ...fault, times: fault.times - 1 });
    return fault as Extract<Fault, { kind: K }>;
  }
}

function matches(fault: Fault, target: FaultTarget): boolean {
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
