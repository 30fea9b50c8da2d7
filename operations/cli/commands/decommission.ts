import { join } from "node:path";
import { Argument, Command } from "commander";
import { readAccount } from "../../adoption/account.ts";
import { DigitalOceanApi } from "../../adoption/api.ts";
import { holdsData, keep, removable, remove } from "../../adoption/decommission.ts";
import { writeDown } from "../../adoption/decommissioned.ts";
import type { LiveThing } from "../../adoption/live-thing.ts";
import { matchAll } from "../../adoption/match.ts";
import { orphansIn } from "../../adoption/orphans.ts";
import { ownedBy } from "../../adoption/ownership.ts";
import { wantedBy } from "../../adoption/wanted.ts";
import { root } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { plainConfiguration } from "../../plain-configuration.ts";
import { confirmByName } from "../asking.ts";
import { print, say } from "../output.ts";

/** `decommission`: takes out of the account what belongs to no environment. */
export function decommissionCommand(): Command {
  return new Command("decommission")
    .description("remove something that no environment owns from the account, and keep what it holds")
    .addArgument(new Argument("<kind>", "what it is, as ./scripts/ops adopt prints it").choices(removable))
    .argument("<id>", "its id, as ./scripts/ops adopt prints it")
    .option("--environment <name>", "environment whose program tells what is owned", "prod")
    .option("--record <file>", "where it is written down", join(root, "docs/decommissioned.md"))
    .option("--yes-really <id>", "remove it without asking; name the id once more")
    .addHelpText(
      "after",
      `
Refuses whatever an environment declares or has in its state: that is taken out of the settings instead, and pulumi up removes it.
A droplet and a volume are kept in a snapshot first, whose price is $0.06 a GiB and month; remove it by this command when
nobody has missed it. What has gone is written into docs/decommissioned.md: commit it.

Examples:
  ./scripts/ops decommission app 04de4372-7a4f-472a-9c3f-5deb895b7ad2
  ./scripts/ops decommission "reserved address" 203.0.113.4 --yes-really 203.0.113.4`,
    )
    .action(run);
}

interface Options {
  readonly environment: string;
  readonly record: string;
  readonly yesReally?: string;
}

async function run(kind: string, id: string, { environment, record, yesReally }: Options): Promise<void> {
  if (yesReally !== undefined && yesReally !== id)
    throw new Failure(`--yes-really says ${yesReally}, and the id is ${id}`);
  const config = plainConfiguration(environment);
  const api = new DigitalOceanApi();
  const account = await readAccount(api);
  const { matches } = matchAll(wantedBy(config, account), account);
  const orphans = orphansIn(account, await ownedBy(config, matches)).things;
  const isIt = (one: LiveThing) => one.kind === kind && one.id === id;
  const thing = orphans.find(isIt);
  if (thing === undefined) {
    if (!account.some(isIt)) throw new Failure(`the account has no ${kind} ${id}`, "./scripts/ops adopt");
    throw new Failure(
      `${kind} ${id} belongs to an environment, or is the vendor's own`,
      "take it out of the settings, and run pulumi up",
    );
  }
  say(
    `${kind} ${thing.name} (${id}), $${thing.monthlyUsd.toFixed(2)} a month${thing.note ? `: ${thing.note}` : ""}`,
  );
  if (yesReally === undefined) await confirm(id);
  const keptAs = holdsData(thing) ? await keep(api, thing) : undefined;
  if (keptAs !== undefined) say(`what it holds is kept in snapshot ${keptAs}`);
  await remove(api, thing);
  writeDown(record, thing, keptAs);
  print(`${kind} ${thing.name} is gone; ${record} says so`);
}

async function confirm(id: string): Promise<void> {
  const unattended = new Failure(
    "it asks for the id once more, and there is nobody to ask",
    `--yes-really ${id}`,
  );
  await confirmByName(id, "remove it", unattended, "nothing was removed");
}
