import assert from "node:assert/strict";
import { join } from "node:path";
import { execa } from "execa";
import { statePaths } from "../../sandbox/engine/paths.ts";
import { visiting } from "../../sandbox/world/inside.ts";
import { waitFor } from "../support/wait-for.ts";
import type { Platform } from "./support.ts";

/** How often a server was asked, and what failed when. */
export interface Loaded {
  asked: number;
  failed: string[];
}

/**
 * Asks servers over and over, from a computer in the sandbox's network, while some work is done. It begins once all have
 * answered, and goes on for a moment after the work.
 *
 * @returns what became of the requests, by address
 */
export async function whileAsking(
  { folder }: Platform,
  urls: readonly string[],
  work: () => Promise<void>,
): Promise<Record<string, Loaded>> {
  const program = join(import.meta.dirname, "load-child.ts");
  const [command = "", ...words] = visiting({ state: statePaths(folder) }, [
    process.execPath,
    program,
    ...urls,
  ]);
  const child = execa(command, words, { reject: false });
  let begun = 0;
  let hasEnded = false;
  child.then(() => {
    hasEnded = true;
  });
  child.stderr.on("data", (text) => {
    begun += String(text).split("first answer").length - 1;
  });
  try {
    await waitFor(() => begun >= urls.length || hasEnded, "the first answers", 30);
    await work();
  } finally {
    child.stdin.end();
  }
  const { stdout, stderr, exitCode } = await child;
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout);
}

/** Fails when any request failed; otherwise how many there were, in words. */
export function noneFailed(loaded: Readonly<Record<string, Loaded>>): string {
  const failed = Object.entries(loaded).flatMap(([url, { failed: reasons }]) =>
    reasons.map((reason) => `${url}: ${reason}`),
  );
  assert.deepEqual(failed, []);
  const counts = Object.values(loaded).map(({ asked }) => asked);
  assert.ok(
    counts.every((count) => count > 20),
    `too few requests to say anything: ${counts}`,
  );
  return `${counts.reduce((sum, count) => sum + count, 0)} requests, none failed`;
}
