import assert from "node:assert/strict";
import { join } from "node:path";
import { execa } from "execa";
import { statePaths } from "../../sandbox/engine/paths.ts";
import { visiting } from "../../sandbox/world/inside.ts";
import { waitFor } from "../support/wait-for.ts";
import type { Platform } from "./support.ts";

/** A program that visits the platform from a computer in its network until its standard input ends, and then says what it saw. */
export interface Visitors {
  /** File beside this one. */
  readonly program: string;
  readonly words: readonly string[];
  /** What it prints on its standard error for each of those it visits, once that has answered. */
  readonly answered: string;
  /** How many there are. */
  readonly count: number;
}

/**
 * Lets a program visit while some work is done. The work begins once all have answered, and the visits go on for a moment
 * after it.
 *
 * @returns what the program printed, as the caller knows it
 */
export async function whileVisited<Result>(
  { folder }: Platform,
  { program, words, answered, count }: Visitors,
  work: () => Promise<void>,
): Promise<Result> {
  const file = join(import.meta.dirname, program);
  const [command = "", ...rest] = visiting({ state: statePaths(folder) }, [process.execPath, file, ...words]);
  const child = execa(command, rest, { reject: false });
  let begun = 0;
  let hasEnded = false;
  child.then(() => {
    hasEnded = true;
  });
  child.stderr.on("data", (text) => {
    begun += String(text).split(answered).length - 1;
  });
  try {
    await waitFor(() => begun >= count || hasEnded, "the first answers", 120);
    await work();
  } finally {
    child.stdin.end();
  }
  const { stdout, stderr, exitCode } = await child;
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout);
}
