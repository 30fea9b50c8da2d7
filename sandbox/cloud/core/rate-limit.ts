const LIMIT = 5000;
const WINDOW_MS = 3_600_000;

/** The vendor's hourly allowance. It is only told, in headers: refusing with 429 is ordered with a fault. */
export class RateLimit {
  #times: number[] = [];

  /** Counts a request and says what the headers are. */
  headers(now = Date.now()): Record<string, string> {
    this.#times = [...this.#times.filter((time) => time > now - WINDOW_MS).slice(1 - LIMIT), now];
    const oldest = this.#times[0] ?? now;
    return {
      "ratelimit-limit": String(LIMIT),
      "ratelimit-remaining": String(LIMIT - this.#times.length),
      "ratelimit-reset": String(Math.ceil((oldest + WINDOW_MS) / 1000)),
    };
  }
}
