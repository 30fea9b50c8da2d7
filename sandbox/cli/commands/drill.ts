import { Command } from "commander";
import { type Drill, limits } from "../../drills/drill.ts";
import { Ground } from "../../drills/ground.ts";
import { drillsNamed } from "../../drills/list.ts";
import { type DrillRecord, inWords } from "../../drills/records.ts";
import { runDrill } from "../../drills/run.ts";
import { writeDrills } from "../../drills/write.ts";
import { Failure } from "../../engine/failure.ts";
import { keepingSettings } from "../../engine/kept-settings.ts";
import { prepare } from "../../engine/prepare.ts";
import { stackExists } from "../../engine/stack.ts";
import { withSandbox } from "../../engine/state.ts";
import { loadSandbox } from "../context.ts";
import { print, printJson, say, styled, table } from "../output.ts";
import { runStages } from "../stages.ts";

const environment = "prod";

/** `drill`: disasters, rehearsed by the clock. */
export function drillCommand(): Command {
  return new Command("drill")
    .description(
      "rehearse a disaster: break it, see it broken, follow the runbook, compare the data, by the clock",
    )
    .argument("[name...]", "which drills, one after the other; --list names them")
    .option("--all", "all of them")
    .option("--list", "say which drills there are, and their limits")
    .option("--write", "record the result in docs/drills.* and in the runbooks")
    .option("--json", "print the results as one JSON object")
    .addHelpText(
      "after",
      `
It needs ${environment} to be up with machines, and leaves it up and well. The commands are the ones printed in docs/runbooks/, run as
an operator's on a computer in the sandbox's network. The clock runs from the fault until everything is well and the data is
compared; what the real cloud would take longer is added as a stated allowance. Limits: ${limits.join(", ")} min. Exits with 1 when a
fault is not seen, a printed command fails, data is not back, or a limit is broken.

Examples:
  ./scripts/sandbox up prod && ./scripts/sandbox drill db-corruption
  ./scripts/sandbox drill --list
  ./scripts/sandbox drill droplet-loss --write`,
    )
    .action(run);
}

interface Options {
  readonly all?: true;
  readonly list?: true;
  readonly write?: true;
  readonly json?: true;
}

async function run(names: string[], { all, list, write, json }: Options): Promise<void> {
  const chosen = drillsNamed(names);
  if (list) {
    if (json) printJson(chosen.map(described));
    else print(table(chosen.map(({ name, limitMinutes, title }) => [name, `${limitMinutes} min`, title])));
    return;
  }
  if (names.length === 0 && !all)
    throw new Failure("no drill is named", "./scripts/sandbox drill --list says which there are");
  const records = await hold(chosen, (record) => {
    if (write) writeDrills(loadSandbox().project.root, record);
    if (!json) print(verdict(record));
  });
  if (json) printJson({ environment, drills: records });
  if (records.some(({ holds }) => !holds)) process.exitCode = 1;
}

function described({ name, title, limitMinutes, allowance, pages, does, endsWhen }: Drill) {
  return { name, title, limitMinutes, allowance, pages, does, endsWhen };
}

/** Holds drills one after the other: two at once would be another disaster. */
async function hold(drills: readonly Drill[], held: (record: DrillRecord) => void): Promise<DrillRecord[]> {
  const sandbox = loadSandbox();
  if (!stackExists(sandbox, environment) || !sandbox.simulation.world.isOpen(sandbox))
    throw new Failure(
      `${environment} is not up with machines, so there is nothing to break`,
      `./scripts/sandbox up ${environment}`,
    );
  return withSandbox(sandbox, `drill ${drills.map(({ name }) => name).join(" ")}`, async () => {
    const choices = { providers: "auto", machines: "required" } as const;
    const { tools, cloud } = await prepare(sandbox, environment, choices, runStages);
    const records: DrillRecord[] = [];
    for (const drill of drills) {
      say(styled("bold", `${drill.name}: ${drill.title}`, process.stderr));
      const ground = new Ground(sandbox, environment, tools.engine, cloud);
      const record = await keepingSettings(sandbox, environment, () => runDrill(drill, ground, runStages));
      records.push(record);
      held(record);
    }
    return records;
  });
}

function verdict(record: DrillRecord): string {
  const { drill, seconds, lostSeconds, allowanceMinutes, limitMinutes, holds } = record;
  const parts = `seen after ${inWords(seconds.seen)}, runbook ${inWords(seconds.runbook)}, verified ${inWords(seconds.verified)}`;
  const lost = lostSeconds === null ? "nothing is lost" : `lost: what was written in ${inWords(lostSeconds)}`;
  const line = `${drill}: back in ${inWords(seconds.total)} (${parts}), and ${allowanceMinutes} min allowed for the real cloud, of ${limitMinutes} min; ${lost}`;
  return styled(holds ? "green" : "red", holds ? line : `${line}: the limit is broken`);
}
