import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until a condition holds, asking often.
 *
 * @param seconds how long to wait at most. @default 60
 * @throws Error that says what was waited for
 */
export async function waitFor(
  condition: () => boolean | Promise<boolean>,
  what: string,
  seconds = 60,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`);
    await sleep(20);
  }
}
