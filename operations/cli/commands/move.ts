import { Command } from "commander";
import { requireEnvironment } from "../../environments.ts";
import { operatorOptions } from "../options.ts";

/** `move`: a service, from the containers it ran in to its managed place. */
export function moveCommand(): Command {
  const command = new Command("move")
    .description("move a service from the containers it ran in to its managed place, and back")
    .argument("<service>", "service to move; inventory says what runs on the hosts, and changes nothing")
    .argument("[environment]", "environment it belongs to", "prod")
    .option("--undo", "put the old one back, however far the move was")
    .option("--dry-run", "only say what would be moved")
    .option("--yes-really <service>", "move without asking; name the service")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Before: the settings say services.SERVICE.awaitsMove, and pulumi up has made everything ready but has not started the service.
The old one answers on its port meanwhile. Then: files are copied while it runs; it is stopped; its database is copied within its
own server, loaded into the managed one in one transaction, and the files once more; every row and file is compared; the new one
starts, its own server block takes over, and it is asked from outside. Somebody asks all the while, and says how long it was away.

What fails puts the old one back. A run that was killed is gone on with by the next, or undone. Nothing of the old one is changed
or removed: its containers, database and files stay, stopped. Where the new place holds data, nothing is moved.

Examples:
  ./scripts/ops move inventory
  ./scripts/ops move odoo --dry-run
  ./scripts/ops move odoo
  ./scripts/ops move odoo --undo`,
    )
    .action(async (service: string, environment: string, options) => {
      requireEnvironment(environment);
      const { inventory, move } = await import("./move-actions.ts");
      await (service === "inventory" ? inventory(environment, options) : move(service, environment, options));
    });
  for (const option of operatorOptions()) command.addOption(option);
  return command;
}
