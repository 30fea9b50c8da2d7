import { absent, type Found, type Match, stated, type Unmatched } from "./found.ts";
import type { LiveThing } from "./live-thing.ts";
import { matchRecord } from "./match-record.ts";
import type { Wanted } from "./wanted.ts";

export type { Match, Unmatched } from "./found.ts";

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
    const found = one.record
      ? matchRecord(one, one.record, free, one.traits(byPath))
      : matchOne(one, free, one.traits(byPath));
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

function matchOne(wanted: Wanted, free: readonly LiveThing[], traits: readonly string[]): Found {
  const { kind, name, region, statedId } = wanted;
  if (statedId !== undefined) return stated(kind, statedId, free);
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
  return absent;
}
