import { setTimeout as delay } from "node:timers/promises";
import { Failure } from "./errors.ts";

/** One running call of the engine: how long it may take, whether it was cancelled, and how to wait in it. */
export interface Operation {
  readonly signal: AbortSignal;
  /** Milliseconds the operation may take, or undefined if the program did not say. */
  readonly timeout: number | undefined;
  /** Milliseconds it has taken so far. */
  readonly spent: () => number;
  /** Waits, and ends early with an error when the operation is cancelled. */
  readonly wait: (milliseconds: number) => Promise<void>;
}

/** An operation that waits by the clock. `timeoutSeconds` 0 means the program set none. */
export function startOperation(cancelled: AbortSignal, timeoutSeconds = 0): Operation {
  const began = performance.now();
  return {
    signal: cancelled,
    timeout: timeoutSeconds > 0 ? timeoutSeconds * 1000 : undefined,
    spent: () => performance.now() - began,
    wait: (milliseconds) =>
      delay(milliseconds, undefined, { signal: cancelled }).catch((error: unknown) => {
        throw cancelled.aborted ? cancelled.reason : error;
      }),
  };
}

const FIRST_POLL_MILLISECONDS = 200;
// Short beside what is waited for, which takes tens of seconds, and few requests beside the 5000 an hour that are allowed.
const LONGEST_POLL_MILLISECONDS = 1000;

/**
 * Asks again and again, at growing intervals, until `ask` answers something other than undefined. What the program allows
 * is for the whole operation, as the official providers count it: after a request that took longer, nothing is asked.
 * From there on time is counted in the waits themselves, so that it does not depend on the clock of the machine.
 */
export async function poll<Answer>(
  operation: Operation,
  what: string,
  defaultTimeout: number,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer> {
  const timeout = operation.timeout ?? defaultTimeout;
  const left = operation.timeout === undefined ? defaultTimeout : operation.timeout - operation.spent();
  const gaveUp = () =>
    new Failure(`Gave up waiting for ${what} after ${Math.round(timeout / 1000)} seconds.`);
  if (left <= 0) throw gaveUp();
  let waited = 0;
  for (let pause = FIRST_POLL_MILLISECONDS; ; pause = Math.min(pause * 1.5, LONGEST_POLL_MILLISECONDS)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (waited >= left) throw gaveUp();
    await operation.wait(Math.min(pause, left - waited));
    waited += pause;
  }
}
