import * as runtime from "@pulumi/pulumi/runtime/index.js";
import { secrets } from "../../config/secrets.ts";
import { type Registration, recordRegistrations, settled } from "./mocks.ts";
import { readStackFile, setPath } from "./stack-file.ts";

/** What a run of the whole program declared and gave out. */
export interface ProgramRun {
  readonly registrations: readonly Registration[];
  readonly outputs: Record<string, unknown>;
}

/** Value every secret has in such a run; it must turn up nowhere. */
export const sampleSecret = "sample-operator-secret";

/**
 * Runs the whole program, `index.ts` itself, with the recorder in the engine's place. Once in a process: a module is
 * only evaluated once.
 *
 * @param secretIs what each of the operator's secrets is; the same for all of them when left out
 */
export async function runProgram(
  stack: string,
  edits: Readonly<Record<string, unknown>> = {},
  secretIs: (secret: string) => string = () => sampleSecret,
): Promise<ProgramRun> {
  const registrations = recordRegistrations("insightpulse", stack);
  const { values } = readStackFile(stack);
  for (const [path, value] of Object.entries(edits)) setPath(values, path, value);
  const plain = Object.entries(values).map(([key, value]) => [
    `insightpulse:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const secret = secrets.map(({ name }) => [`insightpulse:${name}`, secretIs(name)]);
  const secretKeys = secret.map(([key]) => key ?? "");
  process.env.PULUMI_CONFIG_SECRET_KEYS = JSON.stringify(secretKeys);
  runtime.setAllConfig(Object.fromEntries([...plain, ...secret]), secretKeys);
  const outputs = await import("../../index.ts");
  await settled();
  return { registrations, outputs };
}
