import assert from "node:assert/strict";
import type { Platform } from "./support.ts";
import { whileVisited } from "./while-visited.ts";

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
export function whileAsking(
  platform: Platform,
  urls: readonly string[],
  work: () => Promise<void>,
): Promise<Record<string, Loaded>> {
  const visitors = { program: "load-child.ts", words: urls, answered: "first answer", count: urls.length };
  return whileVisited(platform, visitors, work);
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
