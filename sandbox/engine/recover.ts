import { z } from "zod";
import type { CloudKeys } from "./cloud.ts";
import { nameOf } from "./events.ts";
import type { InterruptedCreation, Sandbox } from "./sandbox.ts";
import { exportStack, releaseLock, replaceStack, stackExists } from "./stack.ts";
import type { Tool } from "./tool.ts";

const stateSchema = z.looseObject({
  deployment: z
    .looseObject({
      resources: z.array(z.looseObject({ id: z.string().optional() })).nullish(),
      pending_operations: z
        .array(
          z.looseObject({
            type: z.string(),
            resource: z.looseObject({
              urn: z.string(),
              type: z.string(),
              inputs: z.record(z.string(), z.unknown()).nullish(),
            }),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/**
 * Takes up a stack whose engine was killed outright. What it was creating may or may not exist, and no stack knows:
 * that is removed from the cloud, forgotten in the state, and created afresh by the next operation. The lock goes last
 * but one, so that a run killed in here begins here again.
 */
export async function recoverStack(
  sandbox: Sandbox,
  environment: string,
  engine: Tool,
  cloud: CloudKeys,
): Promise<string[]> {
  const state = stateSchema.parse(await exportStack(sandbox, environment, engine));
  const pending = state.deployment?.pending_operations ?? [];
  const creations: InterruptedCreation[] = pending
    .filter(({ type }) => type === "creating")
    .map(({ resource: { urn, type, inputs } }) => ({ type, name: nameOf(urn), inputs: inputs ?? {} }));
  const removed =
    creations.length === 0
      ? []
      : await sandbox.simulation.removeLeftovers(creations, await knownIds(sandbox, engine), cloud);
  await releaseLock(sandbox, environment, engine);
  if (pending.length > 0) {
    const { pending_operations: _, ...deployment } = state.deployment ?? {};
    await replaceStack(sandbox, environment, engine, { ...state, deployment });
  }
  return removed;
}

/** Both environments live in one account: what belongs to either is no leftover. */
export async function knownIds(sandbox: Sandbox, engine: Tool): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const environment of sandbox.project.environments.filter((name) => stackExists(sandbox, name))) {
    const { deployment } = stateSchema.parse(await exportStack(sandbox, environment, engine));
    for (const { id } of deployment?.resources ?? []) if (id) ids.add(id);
  }
  return ids;
}
