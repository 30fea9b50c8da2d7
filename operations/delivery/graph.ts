import { z } from "zod";
import type { ClassedChange } from "../changes/classed.ts";
import { kindOf, partsOf } from "../stack/urn.ts";
import type { EngineStep } from "./engine-preview.ts";

/** A component of the program, or a resource that stands alone, with the changes in it. */
export interface GraphNode {
  readonly urn: string;
  readonly name: string;
  /** Last part of its type, such as `DropletHost`. */
  readonly kind: string;
  /** Resources of vendors in it. */
  readonly resources: number;
  readonly changes: readonly ClassedChange[];
}

/** What the program declares, as components and what they rest on. */
export interface ResourceGraph {
  readonly nodes: readonly GraphNode[];
  /** From what rests on something to what it rests on, by URN. */
  readonly edges: readonly (readonly [string, string])[];
}

const planSchema = z.object({
  resourcePlans: z.record(
    z.string(),
    z.object({ goal: z.object({ dependencies: z.array(z.string()).nullish() }).nullish() }),
  ),
});

const isStack = (urn: string) => urn.includes("::pulumi:pulumi:Stack::");
const isProvider = (urn: string) => urn.includes("::pulumi:providers:");

/**
 * The graph of a preview.
 *
 * @param plan the engine's plan; empty where there is none, and then nobody knows what rests on what
 */
export function resourceGraph(
  steps: readonly EngineStep[],
  plan: string,
  changes: readonly ClassedChange[],
): ResourceGraph {
  const parents = new Map(steps.map(({ urn, old, new: next }) => [urn, (next ?? old)?.parent]));
  const topOf = (urn: string): string => {
    const parent = parents.get(urn);
    return parent === undefined || isStack(parent) ? urn : topOf(parent);
  };
  const members = Map.groupBy(
    [...parents.keys()].filter((urn) => !isStack(urn) && !isProvider(urn)),
    topOf,
  );
  const changed = Map.groupBy(changes, ({ urn }) => topOf(urn));
  const nodes = [...members].map(([urn, urns]) => ({
    ...{ urn, ...titleOf(urn), changes: changed.get(urn) ?? [] },
    resources: urns.filter((one) => !partsOf(one).type.startsWith("insightpulse:")).length,
  }));
  const edges = new Map<string, readonly [string, string]>();
  const { resourcePlans } = plan === "" ? { resourcePlans: {} } : planSchema.parse(JSON.parse(plan));
  for (const [urn, { goal }] of Object.entries(resourcePlans)) {
    for (const on of goal?.dependencies ?? []) {
      const [from, to] = [topOf(urn), topOf(on)];
      if (from !== to && members.has(from) && members.has(to)) edges.set(`${from} ${to}`, [from, to]);
    }
  }
  return { nodes, edges: [...edges.values()] };
}

function titleOf(urn: string): Pick<GraphNode, "name" | "kind"> {
  const { type, name } = partsOf(urn);
  return { name, kind: kindOf(type) };
}

/** What is most at stake in a node. */
export function stakeOf({ changes }: GraphNode): "as it is" | "stateless" | "rebuildable" | "holds data" {
  if (changes.length === 0) return "as it is";
  if (changes.some(({ holds }) => holds === "data")) return "holds data";
  return changes.some(({ holds }) => holds === "rebuildable") ? "rebuildable" : "stateless";
}

/** Colours of the two pictures, as fill and line. */
export const colours = {
  "as it is": ["#f6f8fa", "#8c959f"],
  stateless: ["#ddf4ff", "#0969da"],
  rebuildable: ["#fff8c5", "#9a6700"],
  "holds data": ["#ffebe9", "#cf222e"],
} as const;
