import { z } from "zod";
import { shellWord } from "../../config/quote.ts";
import { Failure } from "../failure.ts";
import { appType } from "../stack/apps.ts";
import { runEngine } from "../stack/engine.ts";
import { partsOf } from "../stack/urn.ts";
import { appDifferences } from "./app-differences.ts";
import { type KnownVariables, variablesOf } from "./app-variables.ts";
import type { CloudDifference } from "./cloud-difference.ts";

/** A resource in the cloud that somebody has changed by hand. */
export interface CloudDrift {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  /** It is gone when there is none. */
  readonly differences: readonly CloudDifference[];
  /** Command that makes it what the stack says. */
  readonly fix: string;
}

const side = z.object({ outputs: z.record(z.string(), z.unknown()).nullish() });

const event = z.object({
  resOutputsEvent: z
    .object({
      metadata: z.object({
        op: z.string(),
        urn: z.string(),
        type: z.string(),
        old: side.nullish(),
        new: side.nullish(),
        detailedDiff: z.record(z.string(), z.object({ diffKind: z.string() })).nullish(),
        diffs: z.array(z.string()).nullish(),
      }),
    })
    .optional(),
});

type Refreshed = NonNullable<z.output<typeof event>["resOutputsEvent"]>["metadata"];

/**
 * Compares every resource of an environment with the cloud. Nothing is changed, neither there nor in the state.
 *
 * @throws Failure in the engine's words when the cloud or the state cannot be asked
 */
export async function cloudDriftOf(environment: string): Promise<CloudDrift[]> {
  const words = ["refresh", "--preview-only", "--stack", environment, "--json"];
  // Whoever skips confirmations by a variable has said --yes, which the engine takes for the contrary of a preview.
  const variables = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true", PULUMI_SKIP_CONFIRMATIONS: "false" };
  const { succeeded, stdout, reason } = await runEngine(words, { variables });
  if (succeeded) {
    const steps = stepsIn(stdout);
    return driftIn(environment, steps, await variablesOf(environment, appsIn(steps)));
  }
  const said = stdout.includes('"severity":"error"') ? errorsIn(stdout) : reason;
  throw new Failure(`the cloud of ${environment} cannot be asked: ${said.replace(/^error: /, "")}`);
}

function errorsIn(text: string): string {
  const diagnostic = z.object({ diagnosticEvent: z.object({ severity: z.string(), message: z.string() }) });
  const messages = lines(text).flatMap((line) => {
    const { data } = diagnostic.safeParse(line);
    return data?.diagnosticEvent.severity === "error" ? [data.diagnosticEvent.message.trim()] : [];
  });
  return messages.join("; ");
}

function lines(text: string): unknown[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));
}

/** What the events of a refresh say of each resource. */
export function stepsIn(text: string): Refreshed[] {
  return lines(text)
    .map((line) => event.parse(line).resOutputsEvent?.metadata)
    .filter((step) => step !== undefined);
}

/** The apps in which the engine sees a difference. */
function appsIn(steps: readonly Refreshed[]): string[] {
  return steps.filter(({ op, type }) => op === "update" && type === appType).map(({ urn }) => urn);
}

/**
 * What has drifted by the steps of a refresh, in the order of names.
 *
 * @param variables those of the apps among it, by URN
 */
export function driftIn(
  environment: string,
  steps: readonly Refreshed[],
  variables: ReadonlyMap<string, KnownVariables>,
): CloudDrift[] {
  const gone = steps.filter(({ op }) => op === "delete").map(({ urn }) => urn);
  const found = (step: Refreshed, differences: CloudDifference[], targets: readonly string[]): CloudDrift => {
    const { urn, type } = step;
    return { urn, name: partsOf(urn).name, type, differences, fix: fixOf(environment, targets) };
  };
  return steps
    .flatMap((step) => {
      // What has gone may rest on something else that has gone: they are made again together.
      if (step.op === "delete") return [found(step, [], gone)];
      const differences = step.op === "update" ? differencesIn(step, variables.get(step.urn)) : [];
      return differences.length === 0 ? [] : [found(step, differences, [step.urn])];
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function fixOf(environment: string, targets: readonly string[]): string {
  const words = targets.map((urn) => `--target ${shellWord(urn)}`);
  return `pulumi up --stack ${environment} --refresh ${words.join(" ")}`;
}

function differencesIn(
  { type, old, new: now, detailedDiff, diffs }: Refreshed,
  variables: KnownVariables = { was: {}, is: {} },
): CloudDifference[] {
  const paths = Object.keys(detailedDiff ?? {});
  const named = paths.length > 0 ? paths : (diffs ?? []);
  const [before, after] = [old?.outputs ?? {}, now?.outputs ?? {}];
  if (type === appType) return appDifferences(variables.was, variables.is, named);
  return named
    .filter((path) => !isOfAnother(type, path))
    .map((path) => {
      const kind = kinds[detailedDiff?.[path]?.diffKind ?? ""];
      return { what: path, ...(kind ? { how: kind } : howOf(valueAt(before, path), valueAt(after, path))) };
    });
}

/**
 * What a project holds is declared by a resource of its own, which says itself when something of that is gone. The project only
 * remembers what it held when it was made or adopted, before anything was put into it.
 */
function isOfAnother(type: string, path: string): boolean {
  return type === "digitalocean:index/project:Project" && /^resources\b/.test(path);
}

/** What became of a property as a whole; the engine compares the cloud with the state. */
const kinds: Readonly<Record<string, string>> = { add: "was added", delete: "is gone" };

/** Only what is a plain word: secrets arrive covered, and whole objects say nothing to people. */
function howOf(was: unknown, is: unknown): { how?: string } {
  const plain = [was, is].every((value) =>
    ["string", "number", "boolean", "undefined"].includes(typeof value),
  );
  if (!plain || (was === undefined && is === undefined)) return {};
  return { how: `is ${shown(is)} and should be ${shown(was)}` };
}

function shown(value: unknown): string {
  return value === undefined ? "not there" : JSON.stringify(value);
}

/** A property by its path, as `inboundRules[0].portRange`. */
function valueAt(value: unknown, path: string): unknown {
  const steps = path.split(/\.|\[(\d+)\]\.?/).filter((step) => step !== undefined && step !== "");
  return steps.reduce<unknown>(
    (inner, step) =>
      typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[step] : undefined,
    value,
  );
}
