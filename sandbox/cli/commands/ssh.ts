import { Command, Option } from "commander";
import { Failure } from "../../engine/failure.ts";
import { requireEnvironment } from "../../engine/sandbox.ts";
import { stackExists } from "../../engine/stack.ts";
import { recordedTools } from "../../engine/state.ts";
import { hostCommand } from "../../world/host-command.ts";
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
  await visit(sandbox, await hostCommand(sandbox, environment, engine, host, words));
}
