import type { LiveThing } from "./live-thing.ts";
import type { Wanted } from "./wanted.ts";

/** Something declared that is in the account. */
export interface Match {
  readonly wanted: Wanted;
  readonly thing: LiveThing;
  /** How it was told. */
  readonly by: "id" | "name" | "address";
}

/** Something declared that is not in the account, or cannot be told there. */
export interface Unmatched {
  readonly wanted: Wanted;
  readonly because: string;
  /** Somebody has to decide before anything is adopted: else `up` would make a second one beside the first. */
  readonly isDoubtful: boolean;
}

/** What of the declared is there. */
export interface Matching {
  readonly matches: readonly Match[];
  readonly unmatched: readonly Unmatched[];
}

/**
 * Matches what is declared with what is there: by the id in the settings, else by the name, else by addresses. A thing is
 * matched once, and nothing is matched where two would do.
 */
export function matchAll(wanted: readonly Wanted[], account: readonly LiveThing[]): Matching {
  const matches: Match[] = [];
  const unmatched: Unmatched[] = [];
  const byPath = new Map<string, LiveThing>();
  const claimed = new Set<LiveThing>();
  for (const one of wanted) {
    const free = account.filter((thing) => thing.kind === one.kind && !claimed.has(thing));
    const found = matchOne(one, free, one.traits(byPath));
    if ("because" in found) {
      unmatched.push({ wanted: one, ...found });
      continue;
    }
    matches.push({ wanted: one, ...found });
    byPath.set(one.path.join("."), found.thing);
    claimed.add(found.thing);
  }
  return { matches, unmatched };
}

type Found = Omit<Match, "wanted"> | Omit<Unmatched, "wanted">;

function matchOne(wanted: Wanted, free: readonly LiveThing[], traits: readonly string[]): Found {
  const { kind, name, region, statedId } = wanted;
  if (statedId !== undefined) {
    const thing = free.find(({ id }) => id === statedId);
    if (thing) return { thing, by: "id" };
    return {
      because: `the settings say ${statedId}, and the account has no ${kind} of that id`,
      isDoubtful: true,
    };
  }
  const here = free.filter(
    (thing) => region === undefined || thing.region === undefined || thing.region === region,
  );
  const ways = [
    ["name", here.filter((thing) => thing.name === name)],
    ["address", here.filter((thing) => thing.traits.some((trait) => traits.includes(trait)))],
  ] as const;
  for (const [by, [thing, ...others]] of ways) {
    if (thing === undefined) continue;
    if (others.length === 0) return { thing, by };
    const ids = [thing, ...others].map(({ id }) => id).join(", ");
    return { because: `${others.length + 1} would do: ${ids}`, isDoubtful: true };
  }
  return { because: "it is not in the account, and is made by the next up", isDoubtful: false };
}
