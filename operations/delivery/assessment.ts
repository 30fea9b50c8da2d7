import { readFileSync } from "node:fs";
import { catalogue } from "../../config/catalogue.ts";
import { type ClassedChange, classifyChanges } from "../changes/classed.ts";
import { plannedStep, reasonsIn } from "../changes/preview.ts";
import { billOf } from "../cost/bills.ts";
import { type ComparedBill, compareBills } from "../cost/comparison.ts";
import { billsAt } from "../cost/earlier-bills.ts";
import { Failure } from "../failure.ts";
import { passphrase } from "../stack/passphrase.ts";
import { settingsPath } from "../state/stack-state.ts";
import { type ChangeSet, changeSetOf, valueHash } from "./change-set.ts";
import { type EnginePreview, previewEnvironment } from "./engine-preview.ts";

/** Everything that is known of what a delivery would change. */
export interface Assessment {
  readonly environment: string;
  readonly preview: EnginePreview;
  readonly changes: readonly ClassedChange[];
  /** Undefined where the preview failed: what is refused has no digest. */
  readonly changeSet: ChangeSet | undefined;
}

/** Previews an environment and looks at what it would change. Nothing is changed. */
export async function assess(environment: string): Promise<Assessment> {
  const preview = await previewEnvironment(environment);
  const changes = classifyChanges({ steps: preview.steps.map(plannedStep) });
  const changeSet = preview.succeeded
    ? changeSetOf(preview.steps, preview.plan, valueHash(passphrase(), environment))
    : undefined;
  return { environment, preview, changes, changeSet };
}

/**
 * Makes sure that what was previewed may be applied.
 *
 * @throws Failure with everything that refuses it
 */
export function requirePreview({ environment, preview, changeSet }: Assessment): ChangeSet {
  if (changeSet !== undefined) return changeSet;
  const reasons = [
    ...reasonsIn(preview.errors),
    ...preview.findings.filter(({ isMandatory }) => isMandatory).map(({ message }) => message),
  ];
  throw new Failure(`${environment} is refused before anything is changed:\n${reasons.join("\n")}`);
}

/**
 * What an environment costs a month, beside what it cost at a revision.
 *
 * @param against branch, tag or commit; nothing is compared where it is left out
 */
export async function costOf(environment: string, against: string | undefined): Promise<ComparedBill> {
  const origin = settingsPath(environment);
  const now = billOf({ environment, origin, settings: readFileSync(origin, "utf8"), catalogue });
  return compareBills(now, against === undefined ? undefined : await (await billsAt(against))(environment));
}
