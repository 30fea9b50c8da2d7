/** How a healthy service answers on its own health path. */
export interface HealthCheck {
  /** Path that the service itself answers, never one a proxy answers for it. */
  readonly path: string;
  readonly status: number;
  /** What in the body proves who answered: a bare 200 from a proxy or a catch-all page has hidden broken services. */
  readonly body?: RegExp;
}
