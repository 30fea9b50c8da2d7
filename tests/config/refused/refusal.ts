/** What is edited, and what must be said about it. */
export interface Refusal {
  readonly name: string;
  readonly stack?: string;
  readonly edits: Readonly<Record<string, unknown>>;
  readonly path: string;
  readonly says: RegExp;
  readonly allowed?: RegExp;
}
