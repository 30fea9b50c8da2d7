import { askPreview } from "../changes/ask-preview.ts";
import { type ClassedChange, classifyChanges } from "../changes/classed.ts";
import { readPreview } from "../changes/preview.ts";
import { Failure } from "../failure.ts";

/**
 * What the first `up` after an adoption would do with the settings as they are, asked of the engine.
 *
 * @throws Failure in the engine's words when it cannot say
 */
export async function planAdoption(environment: string): Promise<ClassedChange[]> {
  const plan = readPreview(await askPreview(environment));
  if (plan.errors.length > 0)
    throw new Failure(`the preview of ${environment} fails: ${plan.errors.join("; ")}`);
  return classifyChanges(plan);
}

/** What in a plan would end something live: with any of it nothing is adopted. */
export function endings(changes: readonly ClassedChange[]): ClassedChange[] {
  return changes.filter(({ effect }) => effect === "replaced" || effect === "deleted");
}
