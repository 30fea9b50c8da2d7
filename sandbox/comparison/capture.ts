import { z } from "zod";
import type { StepRecord } from "./steps.ts";

/** One difference between two runs of the same program. Sides are named after the usual comparison. */
export interface Difference {
  readonly kind:
    | "input"
    | "output"
    | "id"
    | "secrecy"
    | "resource"
    | "step"
    | "diff"
    | "body"
    | "request"
    | "order"
    | "reads";
  /** When and where, for people and for the patterns of explanations. */
  readonly where: string;
  /** What the first side has; undefined where it has nothing. */
  readonly standIn: unknown;
  /** What the second side has. */
  readonly official: unknown;
}

const resourceSchema = z.object({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  protect: z.boolean().optional(),
  inputs: z.record(z.string(), z.unknown()).nullish(),
  outputs: z.record(z.string(), z.unknown()).nullish(),
});

/** A resource as the state holds it, secrets in plain text inside their wrapping. */
export type StateResource = z.infer<typeof resourceSchema>;

const exportSchema = z.object({
  deployment: z.object({ resources: z.array(resourceSchema).nullish() }),
});

/** The resources of an exported stack, in the order of their URNs: the engine's own order is that of completion. */
export function resourcesOf(exported: unknown): StateResource[] {
  const resources = exportSchema.parse(exported).deployment.resources ?? [];
  return resources.sort((left, right) => (left.urn < right.urn ? -1 : 1));
}

/** One request as the cloud remembers it. */
export const requestSchema = z.object({
  sequence: z.number(),
  server: z.enum(["api", "spaces"]),
  method: z.string(),
  path: z.string(),
  status: z.number(),
  body: z.unknown().optional(),
  bodyForgotten: z.boolean().optional(),
});

/** One request as the cloud remembers it. */
export type RecordedRequest = z.infer<typeof requestSchema>;

/** What one operation of the engine did. */
export interface StageCapture {
  readonly stage: string;
  readonly steps: readonly StepRecord[];
  readonly requests: readonly RecordedRequest[];
  readonly seconds: number;
  /** The state after it, where it may have changed. */
  readonly state: readonly StateResource[] | undefined;
}

/** Everything one side did. */
export interface Capture {
  readonly stages: readonly StageCapture[];
  /** Values of the program's secrets, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Addresses of this side's cloud. */
  readonly addresses: readonly string[];
}

/** A resource as people know it: its name, and its type. */
export function labelOf(urn: string): string {
  const [, , type = "", ...name] = urn.split("::");
  return `${name.join("::")} (${type.split("$").at(-1)})`;
}
