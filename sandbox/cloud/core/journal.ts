/** One request. Its status is 0 when a fault closed the connection instead of answering. */
export interface JournalEntry {
  sequence: number;
  time: string;
  server: "api" | "spaces";
  method: string;
  path: string;
  status: number;
  body?: unknown;
}

const KEPT = 2000;
const SECRET_FIELDS =
  /^(user_data|secret_key|registry_credentials|api_key|token|password|url|docker_config|private_key|x-sandbox-token)$/;

/** The latest requests, oldest first, with secrets blotted out. In memory only: it is about this run. */
export class Journal {
  #entries: JournalEntry[] = [];
  #unsimulated: JournalEntry[] = [];
  #sequence = 0;

  record(entry: Omit<JournalEntry, "sequence" | "time">, simulated: boolean): void {
    this.#sequence += 1;
    const { body, ...rest } = entry;
    const kept: JournalEntry = { sequence: this.#sequence, time: new Date().toISOString(), ...rest };
    if (body !== undefined && body !== null) kept.body = redact(body);
    this.#entries = [...this.#entries.slice(1 - KEPT), kept];
    if (!simulated) this.#unsimulated = [...this.#unsimulated.slice(1 - KEPT), kept];
  }

  /** Entries after a sequence number, or at and after a point in time. */
  since(point: string | undefined): JournalEntry[] {
    if (point === undefined || point === "") return this.#entries;
    if (/^\d+$/.test(point)) return this.#entries.filter((entry) => entry.sequence > Number(point));
    const time = Date.parse(point);
    return this.#entries.filter((entry) => Date.parse(entry.time) >= time);
  }

  /** Calls that nothing here answers: what a program needs and this cloud does not have. */
  unsimulated(): JournalEntry[] {
    return this.#unsimulated;
  }

  clear(): void {
    this.#entries = [];
    this.#unsimulated = [];
  }
}

/** A copy without secrets: known secret fields, and the value of every app variable (a plain one may hide a secret). */
export function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact);
  if (typeof value !== "object" || value === null) return value;
  const record = value as Record<string, unknown>;
  const isVariable = "key" in record && "value" in record;
  return Object.fromEntries(
    Object.entries(record).map(([key, field]) => {
      const secret = SECRET_FIELDS.test(key) || (isVariable && key === "value");
      return [key, secret && field !== null && field !== "" ? "[redacted]" : redact(field)];
    }),
  );
}
