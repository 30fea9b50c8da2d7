import type { Difference } from "./capture.ts";
import { isObject, leavesOf } from "./leaves.ts";

/** Differences between the bodies of two sets of requests with one method and path. Equal ones are paired first. */
export function compareBodies(
  where: string,
  first: readonly unknown[],
  second: readonly unknown[],
): Difference[] {
  const others = [...second];
  const left = first.filter((body) => {
    const index = others.findIndex((other) => isSame(body, other));
    if (index >= 0) others.splice(index, 1);
    return index < 0;
  });
  const pairs = left.map((body) => ({ body, partner: takeMostAlike(body, others) }));
  const request = (body: unknown, side: "standIn" | "official"): Difference => ({
    kind: "request",
    where: `${where}${titled(body)}`,
    standIn: undefined,
    official: undefined,
    [side]: body ?? "without a body",
  });
  return [
    ...pairs.flatMap(({ body, partner }) =>
      partner === undefined ? [request(body, "standIn")] : compareFields(where, body, partner.body),
    ),
    ...others.map((body) => request(body, "official")),
  ];
}

const isSame = (one: unknown, other: unknown): boolean => compareFields("", one, other).length === 0;

function takeMostAlike(body: unknown, from: unknown[]): { readonly body: unknown } | undefined {
  const scores = from.map((candidate) => likeness(body, candidate));
  const index = scores.indexOf(Math.max(...scores));
  return index < 0 ? undefined : { body: from.splice(index, 1)[0] };
}

/** How many fields are equal; the name counts for more than all others. */
function likeness(one: unknown, other: unknown): number {
  const others = leavesOf(other);
  const equal = [...leavesOf(one)].filter(
    ([path, { value }]) => JSON.stringify(others.get(path)?.value) === JSON.stringify(value),
  );
  return equal.length + (titled(one) !== "" && titled(one) === titled(other) ? 1000 : 0);
}

function compareFields(where: string, one: unknown, other: unknown): Difference[] {
  const [ones, others] = [leavesOf(one), leavesOf(other)];
  return [...new Set([...ones.keys(), ...others.keys()])]
    .filter((path) => JSON.stringify(ones.get(path)?.value) !== JSON.stringify(others.get(path)?.value))
    .map((path) => ({
      kind: "body",
      where: `${where}${titled(one)}: ${path}`,
      standIn: ones.get(path)?.value,
      official: others.get(path)?.value,
    }));
}

/** What tells one creation from its neighbours, for people. */
function titled(body: unknown): string {
  const fields = isObject(body) && isObject(body.spec) ? body.spec : body;
  const title = isObject(fields) ? (fields.name ?? fields.description) : undefined;
  return typeof title === "string" && title !== "" ? ` (${title})` : "";
}
