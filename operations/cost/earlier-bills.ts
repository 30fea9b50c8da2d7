import type { MonthlyCost } from "../../config/derive/monthly-cost.ts";
import { settingsFile } from "../environments.ts";
import { findRevision, readFileAt } from "../git.ts";
import { type BillSource, billOf } from "./bills.ts";
import { catalogueAt } from "./earlier.ts";

/** Bills as they were at a revision; null for an environment that was not there. */
export async function billsAt(name: string): Promise<(environment: string) => Promise<MonthlyCost | null>> {
  const revision = await findRevision(name);
  const earlierCatalogue = await catalogueAt(revision);
  return async (environment: string) => {
    const settings = await readFileAt(revision, settingsFile(environment));
    if (settings === undefined) return null;
    const origin = `${settingsFile(environment)} of ${name}`;
    return billOf({ environment, origin, settings, catalogue: earlierCatalogue } satisfies BillSource);
  };
}
