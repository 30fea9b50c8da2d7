import { readFileSync } from "node:fs";
import { Command } from "commander";
import { type CloudDrift, cloudDriftOf } from "../../cloud/drift.ts";
import { plainSettings, requireEnvironment } from "../../environments.ts";
import { driftOf, type HostDrift } from "../../hosts/drift.ts";
import { convergedHosts } from "../../hosts/stack.ts";
import { settingsPath } from "../../state/stack-state.ts";
import { knownHostsOption } from "../options.ts";
import { print, printJson, table } from "../output.ts";

const failed = 1;
const drifted = 3;

/** `drift`: what on the hosts is not as the stack says. */
export function driftCommand(): Command {
  return new Command("drift")
    .description(
      "show what on the hosts is not as the stack says: files, units, packages, firewall, checkouts",
    )
    .argument("[environment]", "environment whose hosts are asked", "prod")
    .addOption(knownHostsOption())
    .option("--cloud", "ask the cloud as well: records, firewalls, apps and every other resource")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Reads the stack's state, then asks each host over SSH with the deploy key that is in it; changes nothing. Contents are
never shown. --cloud compares every resource with the vendor, by pulumi refresh --preview-only; a secret variable of an app that
was given another value is not found, since the vendor tells nobody what it is. Exits with 0 when there is no difference, 3 when there is one, and 1 when a host could not be asked.

pulumi up sends a bundle only when it has changed, so drift alone is not mended by it: the command that is printed sends
it again. So does any change of the settings that reaches the host.

Examples:
  ./scripts/ops drift
  ./scripts/ops drift staging --json
  ./scripts/ops drift prod --cloud                     what every night asks
  ./scripts/sandbox inside -- ./scripts/ops drift      the sandbox's hosts, after eval "$(./scripts/sandbox env prod)"`,
    )
    .action(run);
}

interface Options {
  readonly cloud?: true;
  readonly json?: true;
  readonly knownHosts?: string;
}

async function run(environment: string, { cloud, json, knownHosts }: Options): Promise<void> {
  requireEnvironment(environment);
  const known = cloud && !convergesHosts(environment) ? [] : await convergedHosts(environment);
  const hosts = await Promise.all(known.map((host) => driftOf(host, knownHosts)));
  const resources = cloud ? await cloudDriftOf(environment) : undefined;
  if (json) printJson({ environment, hosts, ...(resources && { cloud: resources }) });
  else print([...hosts.map(formatted), ...(resources ? [formattedCloud(resources)] : [])].join("\n\n"));
  if (hosts.some(({ differences }) => differences === null)) process.exitCode = failed;
  else if (hosts.some(({ differences }) => differences?.length) || resources?.length)
    process.exitCode = drifted;
}

/** Whether the settings say that hosts are converged; they may hold faults elsewhere. */
function convergesHosts(environment: string): boolean {
  const file = settingsPath(environment);
  return plainSettings(readFileSync(file, "utf8"), file).convergeHosts !== false;
}

function formatted({ host, address, differences, reason, fix }: HostDrift): string {
  const title = `${host} (${address})`;
  if (differences === null) return `${title}: could not be asked: ${reason}`;
  if (differences.length === 0) return `${title}: as the stack says`;
  const rows = differences.map(({ path, what }) => ["", path, what]);
  return [`${title}:`, ...table(rows, new Set()), `  to mend it: ${fix}`].join("\n");
}

function formattedCloud(resources: readonly CloudDrift[]): string {
  if (resources.length === 0) return "cloud: as the stack says";
  // What is mended together is told together.
  const groups = Map.groupBy(resources, ({ fix }) => fix);
  return [...groups]
    .map(([fix, found]) => [...found.flatMap(resourceLines), `  to mend it: ${fix}`].join("\n"))
    .join("\n\n");
}

function resourceLines({ name, type, differences }: CloudDrift): string[] {
  const rows = differences.map(({ what, how }) => ["", what, how ?? "differs"]);
  const title = `${name} (${type.split(":").at(-1)})${differences.length === 0 ? ": gone" : ":"}`;
  return [title, ...table(rows, new Set())];
}
