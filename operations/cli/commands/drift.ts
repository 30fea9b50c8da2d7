import { Command, Option } from "commander";
import { requireEnvironment } from "../../environments.ts";
import { driftOf, type HostDrift } from "../../hosts/drift.ts";
import { convergedHosts } from "../../hosts/stack.ts";
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
    .addOption(
      new Option("--known-hosts <file>", "file that remembers the hosts' keys; your own when left out").env(
        "OPS_KNOWN_HOSTS",
      ),
    )
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Reads the stack's state, then asks each host over SSH with the deploy key that is in it; changes nothing. Contents are
never shown. Exits with 0 when there is no difference, 3 when there is one, and 1 when a host could not be asked.

pulumi up sends a bundle only when it has changed, so drift alone is not mended by it: the command that is printed sends
it again. So does any change of the settings that reaches the host.

Examples:
  ./scripts/ops drift
  ./scripts/ops drift staging --json
  ./scripts/sandbox inside -- ./scripts/ops drift      the sandbox's hosts, after eval "$(./scripts/sandbox env prod)"`,
    )
    .action(run);
}

interface Options {
  readonly json?: true;
  readonly knownHosts?: string;
}

async function run(environment: string, { json, knownHosts }: Options): Promise<void> {
  requireEnvironment(environment);
  const hosts = await Promise.all(
    (await convergedHosts(environment)).map((host) => driftOf(host, knownHosts)),
  );
  if (json) printJson({ environment, hosts });
  else print(hosts.map(formatted).join("\n\n"));
  if (hosts.some(({ differences }) => differences === null)) process.exitCode = failed;
  else if (hosts.some(({ differences }) => differences?.length)) process.exitCode = drifted;
}

function formatted({ host, address, differences, reason, fix }: HostDrift): string {
  const title = `${host} (${address})`;
  if (differences === null) return `${title}: could not be asked: ${reason}`;
  if (differences.length === 0) return `${title}: as the stack says`;
  const rows = differences.map(({ path, what }) => ["", path, what]);
  return [`${title}:`, ...table(rows, new Set()), `  to mend it: ${fix}`].join("\n");
}
