import { Argument, Command } from "commander";
import { Failure } from "../../engine/failure.ts";
import { type DatabaseServerChoice, databaseServerChoices } from "../../engine/sandbox.ts";
import { stackExists } from "../../engine/stack.ts";
import { withSandbox } from "../../engine/state.ts";
import { loadSandbox } from "../context.ts";
import { requireHealth, waitForHealth } from "../health.ts";
import { print } from "../output.ts";
import { runStages } from "../stages.ts";

/** `database-server`: another minor version of PostgreSQL, as a vendor installs it. */
export function databaseServerCommand(): Command {
  return new Command("database-server")
    .description("have another PostgreSQL run the databases, on the data they have (machines only)")
    .addArgument(
      new Argument("<which>", "the one they began with, or one of an older minor version").choices(
        databaseServerChoices,
      ),
    )
    .addHelpText(
      "after",
      `
As when a vendor installs another minor version: the databases are away for seconds, and nothing else changes. It stays so,
also through up. The older one is fetched once, from npm's registry. It ends when all services are well again.

Examples:
  ./scripts/sandbox database-server older && ./scripts/ops restore    where a dump came from, and where it goes
  ./scripts/sandbox database-server own`,
    )
    .action(run);
}

async function run(which: DatabaseServerChoice): Promise<void> {
  const sandbox = loadSandbox();
  const { world } = sandbox.simulation;
  const environments = sandbox.project.environments.filter((name) => stackExists(sandbox, name));
  if (environments.length === 0 || !world.isOpen(sandbox))
    throw new Failure(
      "no environment is up with machines, so there are no databases",
      "./scripts/sandbox up",
    );
  await withSandbox(sandbox, `database-server ${which}`, async () => {
    let version = "";
    const change = {
      title: "Database server",
      run: async (report: (line: string) => void) => {
        version = await world.databaseServer(sandbox, which, report);
        return version;
      },
    };
    await runStages([change]);
    for (const environment of environments)
      requireHealth(environment, await waitForHealth(sandbox, environment, runStages));
    print(`The databases are run by ${version}.`);
  });
}
