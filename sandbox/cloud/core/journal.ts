/** One request. Its status is 0 when a fault closed the connection instead of answering. */
export interface JournalEntry {
  sequence: number;
  time: string;
  server: "api" | "spaces";
  method: string;
  path: string;
  status: number;
  /** What was sent. Spaces: a setting's document, or the hash of an object. */
  body?: unknown;
  /** There was a body, and newer ones took its place. */
  bodyForgotten?: true;
}

/** How bodies are shown: without secrets, or as they were sent. */
export type BodyForm = "redacted" | "whole";

/** How much is kept, so that a cloud that runs for months does not grow. */
export interface JournalLimits {
  entries: number;
  /** Characters of all bodies together, as JSON. */
  bodies: number;
}

const LIMITS: JournalLimits = { entries: 2000, bodies: 16 * 1024 * 1024 };
const SECRET_FIELDS =
  /^(user_data|secret_key|registry_credentials|api_key|token|password|url|docker_config|private_key|x-sandbox-token)$/;

/** An entry, and its body as JSON: handlers may change the object they were given, and a text can be counted. */
interface Kept {
  entry: Omit<JournalEntry, "body">;
  body: string | undefined;
}

/**
 * The latest requests, oldest first. In memory only: it is about this run, and whole bodies hold secrets, so nothing
 * here is ever written to disk or logged.
 */
export class Journal {
  readonly #limits: JournalLimits;
  #entries: Kept[] = [];
  #unsimulated: JournalEntry[] = [];
  #sequence = 0;
  #size = 0;

  constructor(limits: JournalLimits = LIMITS) {
    this.#limits = limits;
  }

  record(entry: Omit<JournalEntry, "sequence" | "time" | "bodyForgotten">, simulated: boolean): void {
    this.#sequence += 1;
    const { body, ...rest } = entry;
    const kept: Kept = {
      entry: { sequence: this.#sequence, time: new Date().toISOString(), ...rest },
      body: body === undefined || body === null ? undefined : JSON.stringify(body),
    };
    this.#size += sizeOf(kept);
    this.#entries.push(kept);
    if (!simulated)
      this.#unsimulated = [...this.#unsimulated.slice(1 - this.#limits.entries), shown(kept, "redacted")];
    this.#forget();
  }

  /** Entries after a sequence number, or at and after a point in time. */
  since(point: string | undefined, bodies: BodyForm = "redacted"): JournalEntry[] {
    const isWanted = isAfter(point);
    return this.#entries.filter(({ entry }) => isWanted(entry)).map((kept) => shown(kept, bodies));
  }

  /** Calls that nothing here answers: what a program needs and this cloud does not have. */
  unsimulated(): JournalEntry[] {
    return this.#unsimulated;
  }

  clear(): void {
    this.#entries = [];
    this.#unsimulated = [];
    this.#size = 0;
  }

  #forget(): void {
    const surplus = this.#entries.splice(0, Math.max(0, this.#entries.length - this.#limits.entries));
    for (const kept of surplus) this.#size -= sizeOf(kept);
    for (const kept of this.#entries) {
      if (this.#size <= this.#limits.bodies) return;
      if (kept.body === undefined) continue;
      this.#size -= sizeOf(kept);
      kept.body = undefined;
      kept.entry.bodyForgotten = true;
    }
  }
}

const sizeOf = ({ body }: Kept): number => body?.length ?? 0;

function isAfter(point: string | undefined): (entry: Kept["entry"]) => boolean {
  if (point === undefined || point === "") return () => true;
  if (/^\d+$/.test(point)) return ({ sequence }) => sequence > Number(point);
  const time = Date.parse(point);
  return (entry) => Date.parse(entry.time) >= time;
}

function shown({ entry, body }: Kept, form: BodyForm): JournalEntry {
  if (body === undefined) return { ...entry };
  const sent: unknown = JSON.parse(body);
  if (form === "whole") return { ...entry, body: sent };
  // A document or a hash of Spaces is one text, in which no single field can be blotted out.
  return typeof sent === "string" ? { ...entry } : { ...entry, body: redact(sent) };
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
