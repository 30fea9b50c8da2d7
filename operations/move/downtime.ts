import { request } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import type { HealthCheck } from "../../config/health-check.ts";

const everyMs = 200;
const answerWithinMs = 5000;
const mostBytes = 64 * 1024;

/** How long somebody outside did not get the answer that a service gives when it is well. */
export interface Downtime {
  /** Seconds together. */
  readonly seconds: number;
  /** The longest stretch, in seconds. */
  readonly longestSeconds: number;
  readonly questions: number;
  readonly unanswered: number;
}

/**
 * Asks a service by its public name again and again while something is done. A stretch counts from the first question that
 * was not answered well to the first that was. Whom the certificate is from is not asked: an old one may be anybody's.
 *
 * @param healths how it answers when it is well; any of them will do
 * @returns what was done, and how long the service was away meanwhile
 */
export async function whileAsking<Result>(
  url: string,
  healths: readonly HealthCheck[],
  work: () => Promise<Result>,
): Promise<{ result: Result; downtime: Downtime }> {
  const asker = new Asker(url, healths);
  const asking = asker.run();
  try {
    const result = await work();
    await asker.end(asking);
    return { result, downtime: asker.downtime };
  } finally {
    await asker.end(asking);
  }
}

class Asker {
  readonly #url: string;
  readonly #healths: readonly HealthCheck[];
  readonly #stretches: number[] = [];
  #awaySince: number | undefined;
  #isOver = false;
  #questions = 0;
  #unanswered = 0;

  constructor(url: string, healths: readonly HealthCheck[]) {
    this.#url = url;
    this.#healths = healths;
  }

  async run(): Promise<void> {
    while (!this.#isOver) {
      const began = performance.now();
      const isWell = await this.#isWell();
      this.#questions += 1;
      if (!isWell) {
        this.#unanswered += 1;
        this.#awaySince ??= began;
      } else if (this.#awaySince !== undefined) {
        this.#stretches.push((performance.now() - this.#awaySince) / 1000);
        this.#awaySince = undefined;
      }
      await pause(everyMs);
    }
  }

  async #isWell(): Promise<boolean> {
    for (const health of this.#healths) if (await ask(`${this.#url}${health.path}`, health)) return true;
    return false;
  }

  async end(asking: Promise<void>): Promise<void> {
    this.#isOver = true;
    await asking;
  }

  /** A stretch that has not ended counts to now. */
  get downtime(): Downtime {
    const open = this.#awaySince === undefined ? [] : [(performance.now() - this.#awaySince) / 1000];
    const stretches = [...this.#stretches, ...open];
    return {
      seconds: rounded(stretches.reduce((sum, one) => sum + one, 0)),
      longestSeconds: rounded(Math.max(0, ...stretches)),
      questions: this.#questions,
      unanswered: this.#unanswered,
    };
  }
}

const rounded = (seconds: number) => Math.round(seconds * 10) / 10;

function ask(url: string, { status, body }: HealthCheck): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { rejectUnauthorized: false, agent: false as const, timeout: answerWithinMs };
    const asked = request(url, options, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => {
        if (text.length < mostBytes) text += part;
      });
      answer.on("end", () =>
        resolve(answer.statusCode === status && (body === undefined || body.test(text))),
      );
      answer.on("error", () => resolve(false));
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.on("close", () => resolve(false));
    asked.end();
  });
}
