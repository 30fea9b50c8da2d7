import { kindOf, partsOf } from "../stack/urn.ts";
import { type Change, unknown } from "./change-set.ts";

/** How what would be applied differs from what was reviewed, one line for each resource, without any value. */
export function differencesBetween(reviewed: readonly Change[], now: readonly Change[]): string[] {
  const before = new Map(reviewed.map((change) => [change.urn, change]));
  const after = new Map(now.map((change) => [change.urn, change]));
  const urns = [...new Set([...before.keys(), ...after.keys()])].sort();
  return urns.flatMap((urn) => {
    const said = difference(before.get(urn), after.get(urn));
    return said === undefined ? [] : [`${nameOf(urn)}: ${said}`];
  });
}

/**
 * Whether all that would be applied was reviewed. It may be less: what is left after a run that stopped on the way. What nobody
 * could know at the review, since it follows from something that was still to be made, may have any value.
 */
export function isPartOf(now: readonly Change[], reviewed: readonly Change[]): boolean {
  const before = new Map(reviewed.map((change) => [change.urn, change]));
  return now.every((change) => {
    const known = before.get(change.urn);
    if (known === undefined || inWords(known) !== inWords(change)) return false;
    return (
      Object.entries(change.inputs).every(([path, value]) => wasShown(path, value, known.inputs)) &&
      Object.entries(known.inputs).every(([path, value]) => value === unknown || path in change.inputs)
    );
  });
}

function wasShown(path: string, value: string, inputs: Change["inputs"]): boolean {
  return Object.entries(inputs).some(
    ([known, shown]) =>
      (known === path && (shown === value || shown === unknown)) ||
      (shown === unknown && (path.startsWith(`${known}.`) || path.startsWith(`${known}[`))),
  );
}

function difference(reviewed: Change | undefined, now: Change | undefined): string | undefined {
  if (reviewed === undefined) return now && `would be ${inWords(now)}, and was in no review`;
  if (now === undefined) return `was to be ${inWords(reviewed)}, and would not be`;
  if (inWords(reviewed) !== inWords(now))
    return `was to be ${inWords(reviewed)}, and would be ${inWords(now)}`;
  const paths = [...new Set([...Object.keys(reviewed.inputs), ...Object.keys(now.inputs)])].sort();
  const others = paths.filter((path) => reviewed.inputs[path] !== now.inputs[path]);
  return others.length === 0 ? undefined : `${others.join(", ")} would become something else than reviewed`;
}

const words: Readonly<Record<string, string>> = {
  create: "made",
  update: "changed",
  delete: "deleted",
  import: "adopted",
  protect: "protected",
  unprotect: "unprotected",
};

function inWords({ operations }: Change): string {
  if (operations.some((operation) => /replace/.test(operation))) return "replaced";
  return operations.map((operation) => words[operation] ?? operation).join(" and ");
}

/** Type and name, as people know a resource. */
export function nameOf(urn: string): string {
  const { type, name } = partsOf(urn);
  return `${kindOf(type)} ${name}`;
}
