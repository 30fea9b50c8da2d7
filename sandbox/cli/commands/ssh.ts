import { join } from "node:path";
import { Command, Option } from "commander";
import { describeStack } from "../../engine/describe.ts";
import { Failure } from "../../engine/failure.ts";
import { environmentPaths } from "../../engine/paths.ts";
import { type HostStatus, requireEnvironment, type Sandbox } from "../../engine/sandbox.ts";
import { exportStack, stackExists } from "../../engine/stack.ts";
import { recordedTools } from "../../engine/state.ts";
import type { Tool } from "../../engine/tool.ts";
import { loadSandbox } from "../context.ts";
import { visit } from "../visit.ts";

/** `ssh`: onto a host, as its administrator. */
export function sshCommand(): Command {
  return new Command("ssh")
    .description("open a shell on a host as its administrator, or run a command there")
    .argument("<host>", "short name of the host in the settings, or the droplet's name")
    .argument("[command...]", "what to run; a shell when left out")
    .addOption(new Option("-e, --environment <name>", "the environment the host is in").default("prod"))
    .passThroughOptions()
    .addHelpText(
      "after",
      `
It needs a sandbox whose droplets are machines. sudo asks for no password there.

Examples:
  ./scripts/sandbox ssh erp
  ./scripts/sandbox ssh erp systemctl status odoo
  ./scripts/sandbox ssh erp sudo journalctl -u n8n --since today
  ./scripts/sandbox ssh -e staging ocr`,
    )
    .action(run);
}

async function run(host: string, words: string[], options: { environment: string }): Promise<void> {
  const sandbox = loadSandbox();
  const { environment } = options;
  requireEnvironment(sandbox.project, environment);
  const engine = recordedTools(sandbox)?.engine;
  if (!engine || !stackExists(sandbox, environment) || !sandbox.simulation.world.isOpen(sandbox))
    throw new Failure(`no host of ${environment} is a machine here`, `./scripts/sandbox up ${environment}`);
  const { address } = await findHost(sandbox, environment, engine, host);
  if (address === null)
    throw new Failure(`${host} has no address yet`, `./scripts/sandbox up ${environment}`);
  const { project, state } = sandbox;
  const settings = sshOptions(environmentPaths(state.root, environment).root, state.operatorKey);
  await visit(sandbox, ["ssh", ...settings, `${project.administrator}@${address}`, ...words]);
}

async function findHost(
  sandbox: Sandbox,
  environment: string,
  engine: Tool,
  wanted: string,
): Promise<HostStatus> {
  const { hosts } = describeStack(await exportStack(sandbox, environment, engine), sandbox.project);
  const found = hosts.find(({ key, name }) => [key, name].includes(wanted));
  if (found) return found;
  throw new Failure(
    `${environment} has no host "${wanted}": it has ${hosts.map(({ key }) => key).join(", ") || "none"}`,
  );
}

/** A machine that was made anew has another host key under the same address, and that is no attack in here. */
function sshOptions(folder: string, key: string): string[] {
  const options = {
    BatchMode: "yes",
    ConnectTimeout: "10",
    IdentitiesOnly: "yes",
    LogLevel: "ERROR",
    StrictHostKeyChecking: "no",
    UserKnownHostsFile: join(folder, "known-hosts"),
  };
  return [
    "-F",
    "none",
    "-i",
    key,
    ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
  ];
}
