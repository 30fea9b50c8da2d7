import { Command } from "commander";
import { Failure } from "../../engine/failure.ts";
import { loadSandbox } from "../context.ts";
import { visit } from "../visit.ts";

/** `inside`: a command as on a computer of the sandbox's network. */
export function insideCommand(): Command {
  return new Command("inside")
    .description(
      "run a command in the sandbox's network: its names resolve there, and its certificates are trusted",
    )
    .argument("<command...>", "the command and its words")
    .passThroughOptions()
    .addHelpText(
      "after",
      `
The command ends as it would elsewhere, and with its exit status. It needs a sandbox whose droplets are machines.

Examples:
  ./scripts/sandbox inside -- curl https://erp.insightpulseai.net/web/health
  ./scripts/sandbox inside -- openssl s_client -connect erp.insightpulseai.net:443 -tls1_1
  ./scripts/sandbox inside -- bash        a shell there`,
    )
    .action(run);
}

async function run(words: string[]): Promise<void> {
  const sandbox = loadSandbox();
  if (!sandbox.simulation.world.isOpen(sandbox))
    throw new Failure(
      "this sandbox has no network: none of its droplets is a machine",
      "./scripts/sandbox up prod",
    );
  await visit(sandbox, words);
}
