import { z } from "zod";
import { Failure } from "../failure.ts";
import { partsOf } from "../stack/urn.ts";

/** A resource before or after a step, as far as it says what a change may do. */
export const stepSide = z.object({
  protect: z.boolean().optional(),
  retainOnDelete: z.boolean().optional(),
});

type StepSide = z.output<typeof stepSide>;

const preview = z.object({
  config: z.record(z.string(), z.string()).nullish(),
  steps: z
    .array(
      z.object({
        op: z.string(),
        urn: z.string(),
        oldState: stepSide.nullish(),
        newState: stepSide.nullish(),
        diffReasons: z.array(z.string()).nullish(),
        replaceReasons: z.array(z.string()).nullish(),
      }),
    )
    .nullish(),
  diagnostics: z
    .array(z.object({ urn: z.string().optional(), message: z.string(), severity: z.string() }))
    .nullish(),
});

/** One step of a preview. */
export interface PlannedStep {
  /** The engine's word: `create`, `update`, `replace`, `delete`, `import`, `same` and a few more. */
  readonly operation: string;
  readonly urn: string;
  /** Type token of the vendor or of a component. */
  readonly type: string;
  readonly name: string;
  /** Properties that differ. */
  readonly differences: readonly string[];
  /** Those among them for which it has to be another resource. */
  readonly replacedFor: readonly string[];
  readonly wasProtected: boolean;
  readonly isProtected: boolean;
  /** Taken out of the state only: the cloud keeps it. */
  readonly isRetained: boolean;
}

/** What the engine would do, and why it refuses where it does. */
export interface Plan {
  readonly steps: readonly PlannedStep[];
  /** In the engine's and the providers' own words. What policies refuse is not in a preview's JSON: it only fails. */
  readonly errors: readonly string[];
  /** The plain settings it was made of, by key without the project's prefix. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * What `pulumi preview --json` has printed, also where it has failed.
 *
 * @throws Failure when it is something else
 */
export function readPreview(text: string): Plan {
  const parsed = preview.safeParse(parseJson(text));
  if (!parsed.success)
    throw new Failure("this is no preview", "pulumi preview --json > FILE, and name that file");
  const { config, steps, diagnostics } = parsed.data;
  return {
    steps: (steps ?? []).map(({ op, urn, oldState, newState, diffReasons, replaceReasons }) =>
      plannedStep({ op, urn, old: oldState, new: newState, diffs: diffReasons, keys: replaceReasons }),
    ),
    errors: (diagnostics ?? [])
      .filter(({ severity }) => severity === "error")
      .map(({ message }) => message.replace(/^error: /, "").trim()),
    settings: settingsIn(config ?? {}),
  };
}

/** A step in the engine's words: what it knows of both sides, the properties that differ, and those that make it another resource. */
export interface EngineWords {
  readonly op: string;
  readonly urn: string;
  readonly old?: StepSide | null | undefined;
  readonly new?: StepSide | null | undefined;
  readonly diffs?: readonly string[] | null | undefined;
  readonly keys?: readonly string[] | null | undefined;
}

/** A step of a preview, whichever of its two forms the engine has printed. */
export function plannedStep({ op, urn, old, new: next, diffs, keys }: EngineWords): PlannedStep {
  return {
    ...{ operation: op, urn, ...partsOf(urn) },
    differences: diffs ?? [],
    replacedFor: keys ?? [],
    wasProtected: old?.protect ?? false,
    isProtected: next?.protect ?? false,
    isRetained: old?.retainOnDelete ?? false,
  };
}

/** Whether an operation leaves everything as it is. */
export function isQuiet(operation: string): boolean {
  return quiet.has(operation);
}

const quiet: ReadonlySet<string> = new Set(["same", "read", "refresh"]);

/** Why a preview failed, without the engine's own words for that it did. */
export function reasonsIn(errors: readonly string[]): string[] {
  return errors.filter((message) => message !== "preview failed");
}

/** The engine hands structured values over as JSON text, and shows of secrets that they are some. */
function settingsIn(config: Readonly<Record<string, string>>): Record<string, unknown> {
  const prefix = "insightpulse:";
  return Object.fromEntries(
    Object.entries(config)
      .filter(([key, text]) => key.startsWith(prefix) && text !== "[secret]")
      .map(([key, text]) => [key.slice(prefix.length), parseJson(text) ?? text]),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
