import { z } from "zod";
import { Failure } from "../failure.ts";

const state = z.object({
  protect: z.boolean().optional(),
  retainOnDelete: z.boolean().optional(),
});

const preview = z.object({
  config: z.record(z.string(), z.string()).nullish(),
  steps: z
    .array(
      z.object({
        op: z.string(),
        urn: z.string(),
        oldState: state.nullish(),
        newState: state.nullish(),
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
    steps: (steps ?? []).map(({ op, urn, oldState, newState, diffReasons, replaceReasons }) => ({
      ...{ operation: op, urn, ...identityOf(urn) },
      differences: diffReasons ?? [],
      replacedFor: replaceReasons ?? [],
      wasProtected: oldState?.protect ?? false,
      isProtected: newState?.protect ?? false,
      isRetained: oldState?.retainOnDelete ?? false,
    })),
    errors: (diagnostics ?? [])
      .filter(({ severity }) => severity === "error")
      .map(({ message }) => message.replace(/^error: /, "").trim()),
    settings: settingsIn(config ?? {}),
  };
}

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

/** Type and name in `urn:pulumi:<stack>::<project>::<parents' types$><type>::<name>`; a name may have colons of its own. */
function identityOf(urn: string): { readonly type: string; readonly name: string } {
  const [, , types = "", ...name] = urn.split("::");
  return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}
