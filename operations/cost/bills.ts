import { cheaperPlan } from "../../config/derive/cheaper-plan.ts";
import { cheaperPlanSentence } from "../../config/derive/cost-summary.ts";
import { limitUsd, type MonthlyCost, monthlyCost } from "../../config/derive/monthly-cost.ts";
import { parseSections } from "../../config/parse.ts";
import { resolveServices } from "../../config/resolve.ts";
import type { SectionName, Settings } from "../../config/schema.ts";
import { plainSettings } from "../environments.ts";
import { Failure } from "../failure.ts";

/** The services an environment runs, by name. */
export type Catalogue = Parameters<typeof resolveServices>[0];

/** What a bill follows from: the text of a settings file, and the catalogue of services. */
export interface BillSource {
  readonly environment: string;
  /** How the settings file is called in errors. */
  readonly origin: string;
  readonly settings: string;
  readonly catalogue: Catalogue;
}

/** A bill, and what gets back under its limit where it is above. */
export interface Bill extends MonthlyCost {
  readonly cheaper?: string;
}

const pricedSections = [
  "environment",
  "domain",
  "hosts",
  "services",
  "volumes",
  "registry",
  "budget",
] as const satisfies readonly SectionName[];

/**
 * The bill of one settings file. Only the sections that are priced are looked at, and no secret.
 *
 * @throws Failure with what is wrong in those sections
 */
export function billOf({ environment, origin, settings: text, catalogue }: BillSource): Bill {
  const { settings, faults } = parseSections(plainSettings(text, origin), environment);
  if (!pricedSections.every((section) => settings[section] !== undefined)) {
    const reasons = faults
      .filter(({ path }) => pricedSections.some((section) => path.split(".")[0] === section))
      .map(({ path, problem, allowed }) => `  ${path}: ${problem}${allowed ? ` Allowed: ${allowed}` : ""}`);
    throw new Failure(`${origin} cannot be priced:\n${reasons.join("\n")}`);
  }
  const priced = settings as Settings;
  try {
    const services = resolveServices(catalogue, priced);
    const bill = monthlyCost(services, priced);
    const over = bill.totalUsd - limitUsd(bill);
    return over > 0 ? { ...bill, cheaper: cheaperPlanSentence(cheaperPlan(services, priced, over)) } : bill;
  } catch (error) {
    throw new Failure(`${origin} cannot be priced: ${error instanceof Error ? error.message : error}`);
  }
}
