import { setTimeout as sleep } from "node:timers/promises";
import type { ResolvedService } from "../../config/resolve.ts";

/** How a service has answered. */
export interface Answer {
  readonly service: string;
  readonly healthy: boolean;
  /** Why it counts as not healthy, in a few words. */
  readonly reason?: string;
}

const answerWithinMs = 10_000;
const askAgainAfterMs = 3000;
/** What is read of an answer: health answers are small, and error pages need not be. */
const mostBytes = 64 * 1024;

/**
 * Asks every service as its users do, by its name and with verified TLS, until all are healthy or the time is over.
 *
 * @param minutes how long to go on asking; 0 asks once
 */
export async function askServices(services: readonly ResolvedService[], minutes: number): Promise<Answer[]> {
  const deadline = Date.now() + minutes * 60_000;
  for (;;) {
    const answers = await Promise.all(services.map(ask));
    if (answers.every(({ healthy }) => healthy) || Date.now() >= deadline) return answers;
    await sleep(Math.min(askAgainAfterMs, Math.max(0, deadline - Date.now())));
  }
}

async function ask({ name: service, url, health: { path, status, body } }: ResolvedService): Promise<Answer> {
  try {
    const answer = await fetch(`${url}${path}`, {
      redirect: "manual",
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const text = (await answer.text()).slice(0, mostBytes);
    if (answer.status !== status)
      return { service, healthy: false, reason: `answered ${answer.status} instead of ${status}` };
    if (body !== undefined && !body.test(text))
      return { service, healthy: false, reason: `answered ${status}, but not with ${body}` };
    return { service, healthy: true };
  } catch (error) {
    return { service, healthy: false, reason: `did not answer: ${reasonOf(error)}` };
  }
}

function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  return cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error);
}
