import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { root } from "../environments.ts";
import { Failure } from "../failure.ts";

const file = "docs/drills.json";

const record = z.object({
  drill: z.string(),
  /** When the fault happened, in ISO 8601. */
  at: z.string(),
  seconds: z.object({ total: z.number() }),
  /** What was written in so many seconds before the fault was lost; null where nothing was. */
  lostSeconds: z.number().nullable(),
  /** What the real cloud takes longer than the sandbox, which counts towards the limit. */
  allowanceMinutes: z.number(),
  limitMinutes: z.number(),
  /** Whether it took no longer than the owner allows. */
  holds: z.boolean(),
  /** What was seen when everything was back. */
  found: z.string(),
});

/** A drill that was held, as `./scripts/sandbox drill --write` has recorded it. */
export type DrillRecord = z.output<typeof record>;

/**
 * Every drill that was recorded, the newest first.
 *
 * @throws Failure when the file does not say what was recorded
 */
export function heldDrills(text = readFileSync(join(root, file), "utf8")): DrillRecord[] {
  const { data, error } = z.array(record).safeParse(JSON.parse(text));
  if (error)
    throw new Failure(
      `${file} holds no records of drills: ${z.prettifyError(error)}`,
      `git checkout ${file}`,
    );
  return data.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
}

/** The last record of each drill. */
export function lastDrills(newestFirst: readonly DrillRecord[]): DrillRecord[] {
  return [...Map.groupBy(newestFirst, ({ drill }) => drill).values()].flatMap(([newest]) =>
    newest === undefined ? [] : [newest],
  );
}
