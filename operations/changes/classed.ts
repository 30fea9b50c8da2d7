import { type Holds, holdingOf } from "./holdings.ts";
import { isQuiet, type Plan, type PlannedStep } from "./preview.ts";

/** What becomes of a resource. */
export type Effect = "made" | "adopted" | "changed" | "replaced" | "deleted" | "unprotected" | "protected";

/** One change of a plan, and what it puts at stake. */
export interface ClassedChange
  extends Pick<PlannedStep, "urn" | "type" | "name" | "differences" | "replacedFor"> {
  readonly effect: Effect;
  readonly holds: Holds;
  /** What goes with it, in a few words; left out where nothing is lost. */
  readonly loss?: string;
}

const effects: Readonly<Record<string, Effect>> = {
  create: "made",
  import: "adopted",
  update: "changed",
  replace: "replaced",
  "create-replacement": "replaced",
  "delete-replaced": "replaced",
  "import-replacement": "replaced",
  delete: "deleted",
};

/**
 * The changes of a plan, each with what it puts at stake, in the plan's order. An operation that is not known counts as a
 * replacement: it is better asked about than overlooked.
 */
export function classifyChanges({ steps }: Pick<Plan, "steps">): ClassedChange[] {
  const changes = steps.flatMap((step) => {
    const effect = effectOf(step);
    return effect === undefined ? [] : [classify(step, effect)];
  });
  // A replacement may come in parts, and is one change.
  const parts = Map.groupBy(changes, ({ effect, urn }) => `${effect} ${urn}`);
  return [...parts.values()].flatMap(together);
}

/** One change of its parts, with the reasons of all of them. */
function together(parts: readonly ClassedChange[]): ClassedChange[] {
  const [first, ...others] = parts;
  if (first === undefined) return [];
  if (others.length === 0) return [first];
  const loss = parts.find((part) => part.loss !== undefined)?.loss;
  return [
    {
      ...first,
      differences: [...new Set(parts.flatMap(({ differences }) => differences))],
      replacedFor: [...new Set(parts.flatMap(({ replacedFor }) => replacedFor))],
      ...(loss === undefined ? {} : { loss }),
    },
  ];
}

/** How many changes, in words. */
export function countOf(changes: readonly unknown[]): string {
  if (changes.length === 0) return "nothing changes";
  return changes.length === 1 ? "1 change" : `${changes.length} changes`;
}

/** The changes with which data goes. */
export function lossesOf(changes: readonly ClassedChange[]): ClassedChange[] {
  return changes.filter(({ holds, loss }) => holds === "data" && loss !== undefined);
}

function effectOf({ operation, wasProtected, isProtected }: PlannedStep): Effect | undefined {
  if (!isQuiet(operation)) return effects[operation] ?? "replaced";
  if (wasProtected === isProtected) return undefined;
  return wasProtected ? "unprotected" : "protected";
}

function classify(step: PlannedStep, effect: Effect): ClassedChange {
  const { urn, type, name, differences, replacedFor, isRetained } = step;
  const { holds, loss } = holdingOf(type, name);
  const goes = (effect === "replaced" || effect === "deleted") && !isRetained && holds !== "nothing";
  return { urn, type, name, effect, holds, differences, replacedFor, ...(goes ? { loss } : {}) };
}
