import { readFileSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { readAccount } from "../../adoption/account.ts";
import { DigitalOceanApi } from "../../adoption/api.ts";
import { type Matching, matchAll } from "../../adoption/match.ts";
import { openingInWords } from "../../adoption/openings.ts";
import { type Orphans, orphansIn } from "../../adoption/orphans.ts";
import { ownedBy } from "../../adoption/ownership.ts";
import { type AdoptionPlan, endings, planAdoption } from "../../adoption/plan.ts";
import { withIds } from "../../adoption/settings.ts";
import { wantedBy } from "../../adoption/wanted.ts";
import { plainConfiguration } from "../../plain-configuration.ts";
import { settingsPath } from "../../state/stack-state.ts";
import { print, printJson, say, table } from "../output.ts";

const refused = 3;

/** `adopt`: what of an environment is live already, and what nobody owns. */
export function adoptCommand(): Command {
  return new Command("adopt")
    .description(
      "find what is live of an environment, write its ids into the settings, and show what up would do",
    )
    .argument("[environment]", "environment that is live already, all or in part", "prod")
    .option(
      "--write",
      "write the ids that were found into the settings file, and ask the engine for the plan",
    )
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Reads the account with DIGITALOCEAN_TOKEN, and matches what it holds with what the program declares: by the id that the settings
have already, else by name, else by address (a host is where the names of its services lead, a firewall guards a host that was
found, an app has the service's domain). Where two would do it matches neither, and writes nothing.

Without --write it changes nothing. In the cloud it never changes anything: pulumi up adopts. What belongs to no
environment is listed with what it costs a month; ./scripts/ops decommission removes one of those. With the plan comes what live
firewalls let in and will not, each with the reason. Exits with 0 when all is told,
and 3 when somebody has to decide first, or when up would replace or delete anything.

Examples:
  ./scripts/ops adopt prod                   what is there, what is not, and what nobody owns
  ./scripts/ops adopt prod --write           and the plan, once the ids stand in Pulumi.prod.yaml
  ./scripts/ops adopt prod --json`,
    )
    .action(run);
}

interface Options {
  readonly write?: true;
  readonly json?: true;
}

async function run(environment: string, { write, json }: Options): Promise<void> {
  const config = plainConfiguration(environment);
  const account = await readAccount(new DigitalOceanApi());
  const matching = matchAll(wantedBy(config, account), account);
  const orphans = orphansIn(account, await ownedBy(config, matching.matches));
  const isDoubtful = matching.unmatched.some((one) => one.isDoubtful);
  const written = write && !isDoubtful ? writeIds(environment, matching) : undefined;
  if (!json) tell(environment, matching, orphans, written);
  const plan =
    write && !isDoubtful ? await planAdoption(environment, account, config.resolvedServices) : undefined;
  if (json) printJson(asJson(environment, matching, orphans, plan));
  else if (plan) tellPlan(environment, plan);
  else if (write) say("nothing is written: decide on what is doubtful first, by its id under adopt");
  if (isDoubtful || (plan && endings(plan.changes).length > 0)) process.exitCode = refused;
}

/** @returns how many ids the file has got; it is left alone when it has them all */
function writeIds(environment: string, { matches }: Matching): number {
  const file = settingsPath(environment);
  const text = readFileSync(file, "utf8");
  const edited = withIds(text, matches);
  if (edited !== text) writeFileSync(file, edited);
  return matches.filter(({ wanted }) => wanted.statedId === undefined).length;
}

function tell(environment: string, matching: Matching, orphans: Orphans, written: number | undefined): void {
  const { matches, unmatched } = matching;
  const rows = [
    ...matches.map(({ wanted, thing, by }) => [
      `  ${wanted.path.join(".")}`,
      thing.name,
      thing.id,
      `by its ${by}`,
    ]),
    ...unmatched.map(({ wanted, because }) => [`  ${wanted.path.join(".")}`, wanted.name, "-", because]),
  ];
  print([`${environment}, as it is live:`, ...table(rows, new Set())].join("\n"));
  if (written !== undefined)
    say(written === 0 ? "the settings have every id" : `${written} ids are written into the settings`);
  if (orphans.things.length === 0) {
    print("\nnothing in the account is without an owner");
    return;
  }
  const owned = orphans.things.map(({ kind, name, id, monthlyUsd, note = "" }) => [
    `  ${kind}`,
    name,
    id,
    `$${monthlyUsd.toFixed(2)}`,
    note,
  ]);
  print(
    [
      `\nbelongs to no environment, $${orphans.monthlyUsd.toFixed(2)} a month together:`,
      ...table(owned, new Set([3])),
      "  to remove one: ./scripts/ops decommission KIND ID",
    ].join("\n"),
  );
}

function tellPlan(environment: string, { changes, closings }: AdoptionPlan): void {
  const count = (effect: string) => changes.filter((one) => one.effect === effect).length;
  const told = changes.filter(
    ({ effect, differences }) => effect !== "made" && (effect !== "adopted" || differences.length > 0),
  );
  const rows = told.map(({ effect, name, differences }) => [`  ${effect}`, name, differences.join(", ")]);
  print(
    [
      `\npulumi up of ${environment} would adopt ${count("adopted")}, change ${count("changed")}, make ${count("made")}, replace ${count("replaced")}, delete ${count("deleted")}:`,
      ...table(rows, new Set()),
    ].join("\n"),
  );
  if (closings.length === 0) return;
  const closed = closings.map((closing) => [`  ${closing.name}`, openingInWords(closing), closing.because]);
  print(["\nopen today, and closed by that up:", ...table(closed, new Set())].join("\n"));
}

function asJson(
  environment: string,
  { matches, unmatched }: Matching,
  orphans: Orphans,
  plan?: AdoptionPlan,
): object {
  return {
    environment,
    matches: matches.map(({ wanted, thing, by }) => ({
      path: `adopt.${wanted.path.join(".")}`,
      id: thing.id,
      name: thing.name,
      by,
    })),
    unmatched: unmatched.map(({ wanted, because, isDoubtful }) => ({
      ...{ path: `adopt.${wanted.path.join(".")}`, name: wanted.name, because, isDoubtful },
    })),
    orphans: orphans.things,
    orphansMonthlyUsd: orphans.monthlyUsd,
    ...(plan && { plan: plan.changes, closings: plan.closings }),
  };
}
