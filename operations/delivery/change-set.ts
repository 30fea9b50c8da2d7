import { createHash, createHmac, scryptSync } from "node:crypto";
import { z } from "zod";
import { isQuiet } from "../changes/preview.ts";
import type { EngineStep } from "./engine-preview.ts";

/**
 * What a delivery would change, in a form that two previews of the same change share: in the order of names, without times, ids
 * of runs, seeds or places of files. Values are told apart by a keyed hash, so that nobody without the stack's passphrase can
 * find out by trying whether a guess of one is right.
 */
export interface ChangeSet {
  /** `sha256:` and 64 hexadecimal digits; the same for the same changes. */
  readonly digest: string;
  readonly changes: readonly Change[];
}

/** What becomes of one resource. */
export interface Change {
  readonly urn: string;
  /** The engine's words, such as `update`; several for a replacement. */
  readonly operations: readonly string[];
  /** Each input that changes, by its path, with a keyed hash of what it becomes. */
  readonly inputs: Readonly<Record<string, string>>;
}

const goal = z.object({
  inputDiff: z
    .object({
      adds: z.record(z.string(), z.unknown()).optional(),
      updates: z.record(z.string(), z.unknown()).optional(),
      deletes: z.array(z.string()).optional(),
    })
    .optional(),
});

const planSchema = z.object({ resourcePlans: z.record(z.string(), z.object({ goal: goal.nullish() })) });

/** Makes the hash of values; the key is dear to try, since what it hashes may be public. */
export function valueHash(passphrase: string, environment: string): (text: string) => string {
  const key = scryptSync(passphrase, `insightpulse change set ${environment}`, 32, {
    N: 2 ** 15,
    maxmem: 2 ** 26,
  });
  return (text) => createHmac("sha256", key).update(text).digest("hex").slice(0, 32);
}

/**
 * The change set of a preview.
 *
 * @param plan the engine's plan with its secrets in plain text, from which values are taken
 */
export function changeSetOf(
  steps: readonly EngineStep[],
  plan: string,
  hash: (text: string) => string,
): ChangeSet {
  const { resourcePlans } = planSchema.parse(JSON.parse(plan));
  const changes = new Map<string, Change>();
  for (const step of steps) {
    const operations = operationsOf(step);
    if (operations.length === 0) continue;
    const known = changes.get(step.urn);
    const inputs = hashed(inputsOf(step, resourcePlans[step.urn]?.goal?.inputDiff), hash);
    changes.set(step.urn, {
      urn: step.urn,
      operations: [...new Set([...(known?.operations ?? []), ...operations])].sort(),
      inputs: { ...known?.inputs, ...inputs },
    });
  }
  const sorted = [...changes.values()].sort((one, other) => compare(one.urn, other.urn));
  return { digest: digestOf(sorted), changes: sorted };
}

/** Digest of changes, whatever order they are in. */
export function digestOf(changes: readonly Change[]): string {
  const rows = changes.map(({ urn, operations, inputs }) => [
    ...[urn, [...operations].sort()],
    Object.entries(inputs).sort(([one], [other]) => compare(one, other)),
  ]);
  rows.sort(([one], [other]) => compare(String(one), String(other)));
  return `sha256:${createHash("sha256").update(JSON.stringify(rows)).digest("hex")}`;
}

/** Taking protection off changes no input, and is a change all the same. */
function operationsOf({ op, old, new: next }: EngineStep): string[] {
  if (!isQuiet(op)) return [op];
  const [was, is] = [old?.protect ?? false, next?.protect ?? false];
  return next == null || was === is ? [] : [is ? "protect" : "unprotect"];
}

type InputDiff = z.output<typeof goal>["inputDiff"];

/** The leaves that change: those the engine names, or all of what the program declares where it names none. */
function inputsOf({ op, detailedDiff }: EngineStep, diff: InputDiff): Record<string, unknown> {
  if (isQuiet(op) || diff === undefined) return {};
  const leaves = Object.fromEntries([
    ...leavesOf({ ...diff.adds, ...diff.updates }, ""),
    ...(diff.deletes ?? []).map((name) => [name, "(removed)"] as const),
  ]);
  const named = Object.keys(detailedDiff ?? {});
  if (named.length === 0) return leaves;
  return Object.fromEntries(
    named.flatMap((path): [string, unknown][] => {
      const found = Object.entries(leaves).filter(([leaf]) => isWithin(leaf, path));
      // What has gone has no value any more.
      return found.length > 0 ? found : [[path, `(${detailedDiff?.[path]?.diffKind})`]];
    }),
  );
}

function isWithin(leaf: string, path: string): boolean {
  return (
    leaf === path || leaf.startsWith(`${path}.`) || leaf.startsWith(`${path}[`) || path.startsWith(`${leaf}.`)
  );
}

/** By their paths, as the engine writes them; what is merely the engine's or a provider's own is left out. */
function leavesOf(value: unknown, path: string): (readonly [string, unknown])[] {
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((part, index) => leavesOf(part, `${path}[${index}]`));
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[path, value]];
  const record = value as Record<string, unknown>;
  if (secretKey in record) return leavesOf(shown(record), path);
  const entries = Object.entries(record).filter(([name]) => name !== "__defaults");
  if (entries.length === 0) return [[path, {}]];
  return entries.flatMap(([name, part]) => leavesOf(part, path === "" ? name : `${path}.${name}`));
}

/** Stands in the place of a hash where a value follows from something that is still to be made. */
export const unknown = "unknown";
/** How the engine marks such a value. */
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** How the engine marks a secret. */
const secretKey = "4dabf18193072939515e22adb298388d";

function shown({ plaintext }: Record<string, unknown>): unknown {
  return typeof plaintext === "string" ? JSON.parse(plaintext) : null;
}

function hashed(
  inputs: Readonly<Record<string, unknown>>,
  hash: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(
    // With its path, so that nobody sees which two inputs are the same.
    Object.entries(inputs).map(([path, value]) => [
      path,
      value === unknownValue ? unknown : hash(JSON.stringify([path, value])),
    ]),
  );
}

/** By code units: a locale's order would differ between computers. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
