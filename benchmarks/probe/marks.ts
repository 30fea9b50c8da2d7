import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type EngineRun, timeEngine } from "../engine-run.ts";
import type { Room } from "../rooms.ts";

const markSchema = z.object({
  pid: z.number(),
  event: z.enum([
    "program started",
    "program loading",
    "program running",
    "program wired",
    "program ended",
    "provider started",
    "provider ready",
  ]),
  /** Milliseconds since 1970. */
  at: z.number(),
  peakBytes: z.number().optional(),
});

/** Something that happened inside a Node process of a run. */
export type Mark = z.infer<typeof markSchema>;

/** An engine run, and what happened inside its Node processes, in order. */
export interface ProbedRun extends EngineRun {
  readonly marks: readonly Mark[];
}

/** Runs the engine with the probe in every Node process it starts. */
export async function probeEngine(room: Room, file: string, ...words: string[]): Promise<ProbedRun> {
  rmSync(file, { force: true });
  const { folder, variables } = room.surroundings;
  const probe = {
    NODE_OPTIONS: `--require ${join(import.meta.dirname, "probe.cjs")}`,
    PROBE_FILE: file,
    PROBE_PROGRAM: room.program,
  };
  const run = await timeEngine(room.shell, { folder, variables: { ...variables, ...probe } }, ...words);
  return { ...run, marks: readMarks(readFileSync(file, "utf8")) };
}

/** Reads what the probe wrote: one JSON object per line. */
export function readMarks(text: string): Mark[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => markSchema.parse(JSON.parse(line)))
    .sort((left, right) => left.at - right.at);
}

/** When something happened first; fails when it did not. */
export function timeOf(marks: readonly Mark[], event: Mark["event"]): number {
  const mark = marks.find((candidate) => candidate.event === event);
  if (!mark) throw new Error(`the probe saw no "${event}": did the program run?`);
  return mark.at;
}
