import { Command } from "commander";
import { catalogue } from "../../../config/catalogue.ts";
import { billOf } from "../../cost/bills.ts";
import { type ComparedBill, compareBills, sumOf } from "../../cost/comparison.ts";
import { billsAt } from "../../cost/earlier-bills.ts";
import { formatBills } from "../../cost/format.ts";
import { environments, readSettingsText, requireEnvironment, settingsFile } from "../../environments.ts";
import { print, printJson } from "../output.ts";

/** `cost`: what the environments cost a month, and what a change of them costs. */
export function costCommand(): Command {
  return new Command("cost")
    .description("show what environments cost a month by list price, against their budget")
    .argument("[environment...]", "environments to show; all of them when left out")
    .option("--against <revision>", "compare with the settings and the catalogue of a branch, tag or commit")
    .option("--json", "print one JSON object: every line with the date and source of its price")
    .addHelpText(
      "after",
      `
Reads the settings files and the catalogue of services only: no cloud, no token, no passphrase, no engine. Prices are
those of this working tree on both sides of a comparison, so that a difference is what the change costs. Being over the
budget is an answer, not a failure: it exits with 0, and says what would get back under it. Previews refuse it.

Examples:
  ./scripts/ops cost                         every environment, and what the account pays together
  ./scripts/ops cost prod --against main     what this branch changes on production's bill
  ./scripts/ops cost prod --json`,
    )
    .action(run);
}

interface Options {
  readonly against?: string;
  readonly json?: true;
}

async function run(named: readonly string[], { against, json }: Options): Promise<void> {
  for (const environment of named) requireEnvironment(environment);
  const chosen = named.length > 0 ? [...new Set(named)] : environments();
  const earlier = against === undefined ? undefined : await billsAt(against);
  const bills: ComparedBill[] = [];
  for (const environment of chosen) {
    const origin = settingsFile(environment);
    const now = billOf({ environment, origin, settings: readSettingsText(environment), catalogue });
    bills.push(compareBills(now, await earlier?.(environment)));
  }
  if (json) printJson({ against: against ?? null, environments: bills, ...sumOf(bills) });
  else print(formatBills(bills, against));
}
