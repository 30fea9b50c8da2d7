import type { SecretRow } from "../../config/derive/secret-inventory.ts";
import type { Settings } from "../../config/schema.ts";
import { Failure } from "../failure.ts";
import { stackResources } from "../stack/resources.ts";

/** How old a secret is, and whether that is too old. */
export interface Age {
  /** Whole days since it was made; null where nobody has written that down. */
  readonly days: number | null;
  /** What says so: the resource in the state, or `secrets.setOn` of the settings. */
  readonly source: "state" | "settings" | "unknown";
  /** Days it may be; null for what has no such limit. */
  readonly limit: number | null;
  readonly overdue: boolean;
}

/** When resources of a stack were made, by name. */
export type Made = Readonly<Record<string, string>>;

/** What a state says of that, or why it could not be asked. */
export interface StateAges {
  readonly made: Made;
  /** Why not; undefined when the state was read. */
  readonly unreadable?: string;
}

/**
 * When the resources of a stack were made, as its state has it. A rotated secret is another resource, so this is its own
 * age and not the platform's.
 */
export async function resourcesMade(environment: string): Promise<StateAges> {
  try {
    const resources = await stackResources(environment);
    return {
      made: Object.fromEntries(
        resources.flatMap(({ name, created }) => (created === undefined ? [] : [[name, created] as const])),
      ),
    };
  } catch (error) {
    if (error instanceof Failure) return { made: {}, unreadable: error.message };
    throw error;
  }
}

const day = 24 * 3600 * 1000;

/** The age of a secret. */
export function ageOf(
  { name, kind, resource }: SecretRow,
  { maximalAgeDays, setOn }: Settings["secrets"],
  made: Made,
  now: Date,
): Age {
  const limits: Readonly<Record<string, number>> = maximalAgeDays;
  const limit = limits[kind] ?? null;
  const [born, source] =
    resource === undefined ? [setOn[name], "settings" as const] : [made[resource], "state" as const];
  if (born === undefined) return { days: null, source: "unknown", limit, overdue: false };
  const days = Math.max(0, Math.floor((now.getTime() - Date.parse(born.replaceAll("/", "-"))) / day));
  return { days, source, limit, overdue: limit !== null && days > limit };
}
