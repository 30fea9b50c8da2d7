import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../failure.ts";
import { ageInWords, type Lock, locksOf } from "../state/lock.ts";

/** How often a lock is looked at: one small request each time. */
const askEveryMs = 2000;

/**
 * Waits until nobody has locked a stack.
 *
 * @param minutes how long to wait; 0 refuses at once
 * @param say is told once whom it waits for
 * @throws Failure saying who has it, since when
 */
export async function waitForLock(
  stack: string,
  minutes: number,
  say: (text: string) => void,
): Promise<void> {
  const deadline = Date.now() + minutes * 60_000;
  const locks = await locksOf(stack);
  let told = "";
  for (;;) {
    const [lock] = await locks.list();
    if (lock === undefined) return;
    if (lock.runs === false || Date.now() >= deadline) throw refusal(stack, lock);
    if (told !== lock.file) say(`waiting for ${words(lock)}, at most ${minutes} min`);
    told = lock.file;
    await sleep(Math.min(askEveryMs, Math.max(0, deadline - Date.now())));
  }
}

function refusal(stack: string, lock: Lock): Failure {
  const held = `${stack} is locked by ${words(lock)}`;
  if (lock.runs === false)
    return new Failure(`${held}, and that process has ended`, `./scripts/ops state lock ${stack} --free`);
  return new Failure(held, `wait for it, or ask there; ./scripts/ops state lock ${stack} says more`);
}

function words(lock: Lock): string {
  return `process ${lock.pid} of ${lock.owner}, for ${ageInWords(lock)}`;
}
