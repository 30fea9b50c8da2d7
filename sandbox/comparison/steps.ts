import { z } from "zod";
import { isSet } from "./by-nature.ts";
import { type Difference, labelOf } from "./capture.ts";

const eventSchema = z.object({
  preludeEvent: z.unknown().optional(),
  resOutputsEvent: z
    .object({
      metadata: z.object({
        op: z.string(),
        urn: z.string(),
        diffs: z.array(z.string()).nullish(),
        detailedDiff: z.record(z.string(), z.object({ diffKind: z.string() })).nullish(),
      }),
    })
    .optional(),
});

/** One operation on one resource, with what differs: the path of a property, and how it changes. */
export interface StepRecord {
  readonly operation: string;
  readonly urn: string;
  readonly changes: Readonly<Record<string, string>>;
}

/** The steps in what the engine printed, event by event. A destroy tells its preview first: the last part counts. */
export function readSteps(events: string): StepRecord[] {
  let steps: StepRecord[] = [];
  for (const line of events.split("\n")) {
    if (!line.startsWith("{")) continue;
    const { preludeEvent, resOutputsEvent } = eventSchema.parse(JSON.parse(line));
    if (preludeEvent) steps = [];
    if (!resOutputsEvent) continue;
    const { op, urn, diffs, detailedDiff } = resOutputsEvent.metadata;
    const kinds = Object.entries(detailedDiff ?? {}).map(([path, { diffKind }]) => [path, diffKind]);
    const names = kinds.length === 0 ? (diffs ?? []).map((name) => [name, "changed"]) : kinds;
    steps.push({ operation: op, urn, changes: Object.fromEntries(names) });
  }
  return steps;
}

/** Differences between what two runs of one operation did, or planned to do. */
export function compareSteps(
  stage: string,
  first: readonly StepRecord[],
  second: readonly StepRecord[],
): Difference[] {
  const [ones, others] = [byUrn(first), byUrn(second)];
  return [...new Set([...ones.keys(), ...others.keys()])].sort().flatMap((urn): Difference[] => {
    const [one, other] = [ones.get(urn), others.get(urn)];
    const where = `${stage}: ${labelOf(urn)}`;
    const changes = compareChanges(where, one?.changes ?? {}, other?.changes ?? {});
    if (one?.operations === other?.operations) return changes;
    return [{ kind: "step", where, standIn: one?.operations, official: other?.operations }, ...changes];
  });
}

function byUrn(
  steps: readonly StepRecord[],
): Map<string, { operations: string; changes: StepRecord["changes"] }> {
  const groups = Map.groupBy(steps, ({ urn }) => urn);
  return new Map(
    [...groups].map(([urn, group]) => [
      urn,
      {
        operations: group
          .map(({ operation }) => operation)
          .sort()
          .join(", "),
        changes: mergeChanges(group),
      },
    ]),
  );
}

/** Kinds of change by path. Where a member of a set stands says nothing, so all of a set's members share one path. */
function mergeChanges(steps: readonly StepRecord[]): StepRecord["changes"] {
  const changes = steps.flatMap((step) => Object.entries(step.changes));
  const kinds = Map.groupBy(
    changes.map(([path, kind]) => ({ path: withoutPositions(path), kind })),
    ({ path }) => path,
  );
  return Object.fromEntries(
    [...kinds].map(([path, group]) => [
      path,
      group
        .map(({ kind }) => kind)
        .sort()
        .join(", "),
    ]),
  );
}

const withoutPositions = (path: string): string =>
  path.replace(/(\w+)\[\d+\]/g, (whole, name: string) => (isSet(name) ? `${name}[*]` : whole));

function compareChanges(
  where: string,
  one: StepRecord["changes"],
  other: StepRecord["changes"],
): Difference[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])]
    .filter((path) => one[path] !== other[path])
    .map((path) => ({ kind: "diff", where: `${where}: ${path}`, standIn: one[path], official: other[path] }));
}
