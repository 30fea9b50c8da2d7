import { setTimeout as pause } from "node:timers/promises";

/** Waits until the condition gives a value; at the deadline fails with what was waited for. */
export async function waitFor<T>(
  what: string,
  condition: () => T | undefined | false,
  deadlineMs = 20_000,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  while (Date.now() < end) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    await pause(20);
  }
  throw new Error(`waited ${deadlineMs} ms in vain for ${what}`);
}
