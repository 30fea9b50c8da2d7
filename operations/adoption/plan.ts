import type { ResolvedService } from "../../config/resolve.ts";
import { askPreview } from "../changes/ask-preview.ts";
import { type ClassedChange, classifyChanges } from "../changes/classed.ts";
import { readPreview } from "../changes/preview.ts";
import { Failure } from "../failure.ts";
import type { LiveThing } from "./live-thing.ts";
import { type Closing, closingsIn } from "./openings.ts";

/** What the first `up` after an adoption would do. */
export interface AdoptionPlan {
  readonly changes: readonly ClassedChange[];
  /** Ways in that live firewalls leave open, and then no more. */
  readonly closings: readonly Closing[];
}

/**
 * What the first `up` after an adoption would do with the settings as they are, asked of the engine.
 *
 * @param account what is live today
 * @param services who is reached how, for the reasons why something is closed
 * @throws Failure in the engine's words when it cannot say
 */
export async function planAdoption(
  environment: string,
  account: readonly LiveThing[],
  services: readonly ResolvedService[],
): Promise<AdoptionPlan> {
  const text = await askPreview(environment);
  const plan = readPreview(text);
  if (plan.errors.length > 0)
    throw new Failure(`the preview of ${environment} fails: ${plan.errors.join("; ")}`);
  return { changes: classifyChanges(plan), closings: closingsIn(text, account, services) };
}

/** What in a plan would end something live: with any of it nothing is adopted. */
export function endings(changes: readonly ClassedChange[]): ClassedChange[] {
  return changes.filter(({ effect }) => effect === "replaced" || effect === "deleted");
}
