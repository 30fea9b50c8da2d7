import { type Difference, labelOf, type StateResource } from "./capture.ts";
import { isUnset, type Leaf, leavesOf } from "./leaves.ts";
import type { Symbols } from "./symbols.ts";

/** One side's state, and the words for what that side made up. */
export interface SideState {
  readonly resources: readonly StateResource[];
  readonly symbols: Symbols;
}

/** Differences between what two sides have in state, resource by resource. */
export function compareStates(moment: string, first: SideState, second: SideState): Difference[] {
  const [ones, others] = [byUrn(first), byUrn(second)];
  return [...new Set([...ones.keys(), ...others.keys()])].sort().flatMap((urn): Difference[] => {
    const [one, other] = [ones.get(urn), others.get(urn)];
    const where = `${moment}: ${labelOf(urn)}`;
    if (!one || !other) {
      return [{ kind: "resource", where, standIn: one && "present", official: other && "present" }];
    }
    const ids = { standIn: first.symbols.apply(one.id), official: second.symbols.apply(other.id) };
    return [
      ...(ids.standIn === ids.official ? [] : [{ kind: "id", where, ...ids } as const]),
      ...compareLeaves("input", where, leaves(one.inputs, first), leaves(other.inputs, second)),
      ...compareLeaves("output", where, leaves(one.outputs, first), leaves(other.outputs, second)),
    ];
  });
}

const byUrn = ({ resources }: SideState): Map<string, StateResource> =>
  new Map(resources.map((resource) => [resource.urn, resource]));

function leaves(fields: StateResource["inputs"], { symbols }: SideState): Map<string, Leaf> {
  return leavesOf(sorted(symbols.apply(fields ?? {})));
}

/** The names of inputs that were filled in are a set, whatever order they are kept in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === "__defaults" && Array.isArray(item) ? item.toSorted() : sorted(item),
    ]),
  );
}

function compareLeaves(
  kind: "input" | "output",
  where: string,
  ones: ReadonlyMap<string, Leaf>,
  others: ReadonlyMap<string, Leaf>,
): Difference[] {
  return [...new Set([...ones.keys(), ...others.keys()])].flatMap((path): Difference[] => {
    const [one, other] = [ones.get(path), others.get(path)];
    const at = `${where}: ${path}`;
    if (JSON.stringify(one?.value) !== JSON.stringify(other?.value)) {
      const secret = one?.secret === true || other?.secret === true;
      return [{ kind, where: at, ...(secret ? hidden(one, other) : shown(one, other)) }];
    }
    if (one?.secret === other?.secret) return [];
    const word = (leaf: Leaf | undefined) => (leaf?.secret ? "secret" : "plain");
    return [{ kind: "secrecy", where: `${at} (${kind})`, standIn: word(one), official: word(other) }];
  });
}

const shown = (one: Leaf | undefined, other: Leaf | undefined) => ({
  standIn: one?.value,
  official: other?.value,
});

/** That secrets differ may be told, and that one is empty; what they are may not. */
function hidden(one: Leaf | undefined, other: Leaf | undefined) {
  const word = (leaf: Leaf | undefined, text: string) => (isUnset(leaf?.value) ? leaf?.value : text);
  return { standIn: word(one, "[secret]"), official: word(other, one ? "[another secret]" : "[secret]") };
}
