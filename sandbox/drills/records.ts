import { z } from "zod";
import { Failure } from "../engine/failure.ts";
import { readJson, readText } from "../engine/files.ts";

const secondsSchema = z.object({
  /** From the fault until it was seen. */
  seen: z.number(),
  /** While the runbook was followed. */
  runbook: z.number(),
  /** From the runbook's end until everything was well and compared. */
  verified: z.number(),
  total: z.number(),
});

const recordSchema = z.object({
  drill: z.string(),
  /** When the fault happened, such as 2026-11-26T04:05:04Z. */
  at: z.string(),
  seconds: secondsSchema,
  /** What was written in so many seconds before the fault is lost; null where nothing was. */
  lostSeconds: z.number().nullable(),
  allowanceMinutes: z.number(),
  limitMinutes: z.number(),
  /** Whether what was measured and the allowance are within the limit. */
  holds: z.boolean(),
  /** What was seen when everything was back. One text: the formatter of the repository would lay a list out otherwise. */
  found: z.string(),
});

/** A drill that was held to its end. Its field names are an interface: scripts read docs/drills.json. */
export type DrillRecord = z.output<typeof recordSchema>;

/** What was recorded so far, the oldest first; nothing where there is no file. */
export function readRecords(file: string): DrillRecord[] {
  if (readText(file) === undefined) return [];
  const { data, error } = z.array(recordSchema).safeParse(readJson(file));
  if (data) return data;
  throw new Failure(`${file} holds no records of drills: ${z.prettifyError(error)}`, `git checkout ${file}`);
}

/** The newest record of a drill. */
export function lastOf(records: readonly DrillRecord[], drill: string): DrillRecord | undefined {
  return records.findLast((record) => record.drill === drill);
}

/** A span as people say it: `41 s`, `4 min 10 s`, `2 h 5 min`. */
export function inWords(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
