import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until a condition holds, asking often. How long it may take is no claim of a test: the limit only ends what would never
 * come, so it is what a machine needs that is many times slower and has other work.
 *
 * @param condition gives something else than `false` or `undefined` when it holds
 * @param seconds how long to wait at most. @default 300
 * @returns what the condition gave
 * @throws Error that says what was waited for
 */
export async function waitFor<Found>(
  condition: () => Found | false | undefined | Promise<Found | false | undefined>,
  what: string,
  seconds = 300,
): Promise<Found> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await condition();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`);
    await sleep(20);
  }
}
