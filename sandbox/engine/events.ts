import { z } from "zod";

const stateSchema = z.object({
  custom: z.boolean().optional(),
  outputs: z.record(z.string(), z.unknown()).nullish(),
});

const metadataSchema = z.object({
  op: z.string(),
  urn: z.string(),
  type: z.string(),
  diffs: z.array(z.string()).nullish(),
  old: stateSchema.nullish(),
  new: stateSchema.nullish(),
});

const eventSchema = z.object({
  preludeEvent: z.object({}).optional(),
  resourcePreEvent: z.object({ metadata: metadataSchema }).optional(),
  resOutputsEvent: z.object({ metadata: metadataSchema }).optional(),
  resOpFailedEvent: z.object({ metadata: metadataSchema }).optional(),
  diagnosticEvent: z
    .object({
      urn: z.string().optional(),
      prefix: z.string().optional(),
      message: z.string(),
      severity: z.string(),
    })
    .optional(),
  policyEvent: z
    .object({
      resourceUrn: z.string().optional(),
      message: z.string(),
      policyName: z.string(),
      enforcementLevel: z.string(),
    })
    .optional(),
  summaryEvent: z
    .object({
      resourceChanges: z.record(z.string(), z.number()).nullish(),
      isPreview: z.boolean().optional(),
    })
    .optional(),
});

/** What the engine says while it works, one JSON object per line. */
export type EngineEvent = z.infer<typeof eventSchema>;

/** Reads one line of the engine's event stream; lines of another kind are undefined. */
export function parseEvent(line: string): EngineEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const parsed = eventSchema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** One operation on one resource. */
export interface Step {
  readonly operation: string;
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** Properties that differ. */
  readonly differences: readonly string[];
}

/** An operation that took long, and when: moments of this process, in milliseconds. */
export interface LongStep {
  readonly name: string;
  readonly began: number;
  readonly ended: number;
}

/** What takes less is not worth a bar in a picture. */
const longMs = 3_000;

/** Something the engine, a provider or the program said. */
export interface Diagnostic {
  readonly severity: "error" | "warning" | "info";
  /** Name of the resource it is about, if it is about one. */
  readonly resource: string | undefined;
  readonly message: string;
}

/** What a stack gives out, before and after an operation; empty where there was or will be no stack. */
export interface StackOutputs {
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

/** Everything learnt from the events so far. */
export class Progress {
  steps: Step[] = [];
  readonly diagnostics: Diagnostic[] = [];
  /** Number of resources per kind of operation; the engine sums up at the end. */
  changes: Record<string, number> = {};
  /** Whether the counts are of changes that were only planned. */
  planned = false;
  /** Resources looked at and done, whatever the operation. */
  finished = 0;
  /** The stack's outputs, once the program has given them; secret ones are masked by the engine. */
  stackOutputs: StackOutputs | undefined;
  /** Operations under way. */
  readonly underWay = new Map<string, Step>();
  /** Operations of providers that took long; what merely groups others is none. */
  longSteps: LongStep[] = [];
  readonly #begunAt = new Map<string, number>();

  /** Takes in the next event. */
  add(event: EngineEvent): void {
    if (event.preludeEvent) this.#begin();
    const begun = event.resourcePreEvent?.metadata;
    if (begun) {
      const step = stepOf(begun);
      this.underWay.set(step.urn, step);
      this.#begunAt.set(step.urn, performance.now());
      if (step.operation !== "same" && step.operation !== "read") this.steps.push(step);
    }
    const ended = (event.resOutputsEvent ?? event.resOpFailedEvent)?.metadata;
    if (ended && this.underWay.delete(ended.urn)) this.#finish(ended);
    if (ended?.type === "pulumi:pulumi:Stack") {
      this.stackOutputs = { before: ended.old?.outputs ?? {}, after: ended.new?.outputs ?? {} };
    }
    const said = event.diagnosticEvent;
    if (said) this.#addDiagnostic(said);
    const refused = event.policyEvent;
    if (refused) this.#addDiagnostic(diagnosticOf(refused));
    if (event.summaryEvent) {
      this.changes = event.summaryEvent.resourceChanges ?? {};
      this.planned = event.summaryEvent.isPreview ?? false;
    }
  }

  /** A destroy comes in two parts, its preview and itself, and the second counts from nothing. */
  #begin(): void {
    this.steps = [];
    this.changes = {};
    this.planned = false;
    this.finished = 0;
    this.longSteps = [];
    this.underWay.clear();
  }

  #finish({ urn, new: made, old }: z.infer<typeof metadataSchema>): void {
    this.finished += 1;
    const [began, ended] = [this.#begunAt.get(urn), performance.now()];
    const isOperation = (made ?? old)?.custom ?? false;
    if (began !== undefined && isOperation && ended - began >= longMs)
      this.longSteps.push({ name: nameOf(urn), began, ended });
  }

  #addDiagnostic({ severity, message, urn }: NonNullable<EngineEvent["diagnosticEvent"]>): void {
    const kind = severity === "info#err" ? "info" : severity;
    if (kind !== "error" && kind !== "warning" && kind !== "info") return;
    const text = message.trimEnd();
    if (text !== "") this.diagnostics.push({ severity: kind, resource: urn && nameOf(urn), message: text });
  }

  /** One line on what is going on now. */
  get line(): string {
    const current = [...this.underWay.values()].filter((step) => step.operation !== "same").at(-1);
    const changed = this.steps.length;
    const counts = `${this.finished} resources done, ${changed} ${changed === 1 ? "operation" : "operations"}`;
    return current ? `${counts}; ${current.operation} ${current.type} ${current.name}` : counts;
  }
}

/** What a policy says, in the form of what everybody else says; the rule is named, for its file has that name. */
function diagnosticOf({
  resourceUrn: urn,
  message,
  policyName,
  enforcementLevel,
}: NonNullable<EngineEvent["policyEvent"]>): NonNullable<EngineEvent["diagnosticEvent"]> {
  const severity = enforcementLevel === "mandatory" ? "error" : "warning";
  return { severity, message: `policy ${policyName}: ${message}`, ...(urn === undefined ? {} : { urn }) };
}

function stepOf({ op, urn, type, diffs }: z.infer<typeof metadataSchema>): Step {
  return { operation: op, urn, type, name: nameOf(urn), differences: diffs ?? [] };
}

/** The last part of a resource's URN. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

const kindsOfChange = [
  ["create", "created"],
  ["import", "imported (adopted)"],
  ["update", "updated"],
  ["replace", "replaced"],
  ["delete", "deleted"],
] as const;

/** How many resources an operation changes, or would change. */
export function changeCount(changes: Readonly<Record<string, number>>): number {
  return Object.entries(changes)
    .filter(([operation]) => operation !== "same" && operation !== "read")
    .reduce((sum, [, count]) => sum + count, 0);
}

/** The counts in words, for example `78 created, 9 imported (adopted), 0 updated, 0 replaced, 0 deleted`. */
export function describeChanges(changes: Readonly<Record<string, number>>): string {
  if (changeCount(changes) === 0) return `0 changes (${changes.same ?? 0} unchanged)`;
  const known = kindsOfChange.map(([operation, words]) => `${changes[operation] ?? 0} ${words}`);
  const others = Object.entries(changes)
    .filter(([operation]) => !["same", "read", ...kindsOfChange.map(([kind]) => kind)].includes(operation))
    .map(([operation, count]) => `${count} ${operation}`);
  return [...known, ...others].join(", ");
}
