import { Command } from "commander";
import {
  type ChoiceOptions,
  environmentArgument,
  imagesOption,
  loadSandbox,
  machinesOption,
  oldSoftwareOption,
  providersOption,
} from "../context.ts";
import { requireHealth, waitForHealth } from "../health.ts";
import { costLine, monthlyCost } from "../monthly-cost.ts";
import { operate, summaryLine } from "../operate.ts";
import { print, printJson, styled } from "../output.ts";
import { formatStatus, readStatus } from "../status.ts";

/** `up`: from whatever there is to a running environment. */
export function upCommand(): Command {
  return new Command("up")
    .description("bring an environment up: engine, providers, cloud, and every resource of its settings")
    .addArgument(environmentArgument())
    .addOption(providersOption())
    .addOption(machinesOption())
    .addOption(imagesOption())
    .addOption(oldSoftwareOption())
    .option("--json", "print one JSON object: the status, what was changed, and how long each stage took")
    .addHelpText(
      "after",
      `
Run it as often as you like: it does only what is missing, and takes up where a killed run stopped.

Examples:
  ./scripts/sandbox up                            production's settings
  ./scripts/sandbox up staging                    staging beside it, in the same account
  ./scripts/sandbox up prod --providers official  the vendors' own plugins, or fail
  ./scripts/sandbox up prod --machines off        droplets as records: seconds, and nothing runs on them
  ./scripts/sandbox up prod --old-software        as it was found: docs/runbooks/move-a-service.md goes on from here
  ./scripts/sandbox up prod --images real         the services' own images, where this computer reaches their registries`,
    )
    .action(run);
}

async function run(environment: string, options: ChoiceOptions & { json?: true }): Promise<void> {
  const sandbox = loadSandbox();
  const { prepared, result, timeline } = await operate("up", sandbox, environment, options);
  const { droplets } = prepared;
  const unwell = droplets.areMachines ? await waitForHealth(sandbox, environment, timeline.run) : [];
  const status = await readStatus(sandbox, environment);
  const cost = monthlyCost(sandbox.project, result.progress);
  if (options.json) {
    const { changes } = result.progress;
    const { stages } = timeline;
    printJson({ ...status, changes, monthlyCost: cost ?? null, seconds: result.seconds, stages });
  } else {
    print(`${formatStatus(status)}\n`);
    if (!droplets.areMachines) print(`Droplets are records: ${droplets.because}.`);
    print(`Not proven here: ${droplets.areMachines ? notProven : notProvenWithRecords}`);
    print(styled(unwell.length === 0 ? "green" : "yellow", summaryLine(result)));
    if (cost) print(costLine(cost));
    print(`\n${whatNext(environment, droplets.areMachines ? status.hosts[0]?.key : undefined)}`);
  }
  requireHealth(environment, unwell);
}

/** Commands that come next, for whoever has none in mind. */
function whatNext(environment: string, host: string | undefined): string {
  const rows = [
    ...(host === undefined
      ? []
      : [
          [`./scripts/sandbox ssh ${host}`, "onto a host"],
          ["./scripts/sandbox drill --list", "disasters to rehearse"],
        ]),
    [`eval "$(./scripts/sandbox env ${environment})"`, "this cloud for pulumi and ./scripts/ops"],
    ["./scripts/sandbox down", "and everything is gone"],
  ];
  const width = Math.max(...rows.map(([command = ""]) => command.length));
  return ["From here:", ...rows.map(([command = "", what]) => `  ${command.padEnd(width)}  ${what}`)].join(
    "\n",
  );
}

const notProven =
  "the vendors themselves, and the services whose images are stand-ins here (sandbox/README.md says more)";
const notProvenWithRecords =
  "the vendors themselves; machines, DNS and the internet, which are records only (sandbox/README.md says more)";
