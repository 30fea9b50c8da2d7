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

/** How one of them was told, or why it could not be. */
export type Found = Omit<Match, "wanted"> | Omit<Unmatched, "wanted">;

/** Nothing of it is there. */
export const absent: Found = {
  because: "it is not in the account, and is made by the next up",
  isDoubtful: false,
};

/** What the settings name by its id. */
export function stated(kind: string, id: string, free: readonly LiveThing[]): Found {
  const thing = free.find((one) => one.id === id);
  if (thing) return { thing, by: "id" };
  return { because: `the settings say ${id}, and the account has no ${kind} of that id`, isDoubtful: true };
}
