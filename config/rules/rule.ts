import type { Service } from "../catalogue.ts";
import type { Fault } from "../fault.ts";
import type { SectionName, Settings } from "../schema.ts";

/** What a rule looks at beside the sections it needs. */
export interface RuleContext {
  readonly stack: string;
  readonly catalogue: Readonly<Record<string, Service>>;
}

/** One rule that crosses keys, sections or the vendor's tables. It runs when the sections it needs have parsed. */
export interface Rule {
  readonly needs: readonly SectionName[];
  readonly check: (settings: Settings, context: RuleContext) => readonly Fault[];
}

/**
 * Makes a rule whose check sees exactly the sections it names.
 *
 * @param needs sections the rule reads
 * @param check returns every fault, or nothing
 */
export function rule<Needs extends SectionName>(
  needs: readonly Needs[],
  check: (settings: Pick<Settings, Needs>, context: RuleContext) => readonly Fault[],
): Rule {
  return { needs, check };
}
