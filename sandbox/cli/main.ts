import { Command } from "commander";
import { Failure, messageOf } from "../engine/failure.ts";
import { compareCommand } from "./commands/compare.ts";
import { databaseServerCommand } from "./commands/database-server.ts";
import { destroyCommand } from "./commands/destroy.ts";
import { downCommand } from "./commands/down.ts";
import { drillCommand } from "./commands/drill.ts";
import { envCommand } from "./commands/env.ts";
import { faultCommand } from "./commands/fault.ts";
import { insideCommand } from "./commands/inside.ts";
import { previewCommand } from "./commands/preview.ts";
import { sshCommand } from "./commands/ssh.ts";
import { statusCommand } from "./commands/status.ts";
import { toolsCommand } from "./commands/tools.ts";
import { upCommand } from "./commands/up.ts";
import { say, styled } from "./output.ts";

// All that the sandbox writes is for its owner alone: state, keys and logs.
process.umask(0o077);

const program = new Command("./scripts/sandbox")
  .enablePositionalOptions()
  .description(
    "The whole infrastructure on this machine: the same program and the real engine, a simulated cloud.",
  )
  .showHelpAfterError("(--help says what is allowed)")
  .addHelpText(
    "after",
    `
Examples:
  ./scripts/sandbox up prod                  from nothing to a table of what exists
  ./scripts/sandbox preview staging          what up would change
  eval "$(./scripts/sandbox env prod)"       then plain pulumi commands work on the sandbox
  ./scripts/sandbox down                     and everything is gone

SANDBOX_STATE_DIR names another state folder (several sandboxes can run side by side); SANDBOX_DEBUG=1 adds stack traces.`,
  );
for (const command of [
  upCommand(),
  previewCommand(),
  envCommand(),
  statusCommand(),
  sshCommand(),
  insideCommand(),
  faultCommand(),
  databaseServerCommand(),
  drillCommand(),
  compareCommand(),
  destroyCommand(),
  downCommand(),
  toolsCommand(),
]) {
  program.addCommand(command);
}

try {
  await program.parseAsync();
} catch (error) {
  say(`${styled("red", "error:", process.stderr)} ${messageOf(error)}`);
  if (error instanceof Failure && error.remedy) say(`  to fix it: ${error.remedy}`);
  if (process.env.SANDBOX_DEBUG) console.error(error);
  else if (!(error instanceof Failure))
    say("  this is a fault of the sandbox itself; SANDBOX_DEBUG=1 shows where");
  process.exit(1);
}
