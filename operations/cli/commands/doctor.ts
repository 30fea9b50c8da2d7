import { Command } from "commander";
import { knownHostsOption, resolverOption } from "../options.ts";

type Actions = typeof import("./doctor-actions.ts");

/** What they need takes long to load, and no other command needs it. */
const actions = (): Promise<Actions> => import("./doctor-actions.ts");

/** `doctor`: what is wrong, why, and the command that mends it. */
export function doctorCommand(): Command {
  return new Command("doctor")
    .description(
      "look at everything from outside and inside: what is wrong, why, and the command that mends it",
    )
    .argument("[environment]", "environment that is looked at", "prod")
    .addOption(resolverOption())
    .addOption(knownHostsOption())
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
From here: names at several resolvers, ports, certificates, the answers of services, OAuth clients at Google, the cloud
compared with the stack, the state's locks, the age of secrets, the newest disaster kit. From each host, over SSH with the
stack's key: units, disks, memory, clock, firewall, listening programs, certificates on disk, the database through its
poolers, the last proven backup, and what somebody has changed by hand. Changes nothing. Every finding has a cause and the
commands that mend it, as they are typed in this folder; what is entered by ssh is entered as the first of
ssh.administrators. Exits with 0 when nothing was found, 3 when something was, and 1 when nobody could look.
docs/runbooks/ask-the-doctor.md has more.

Examples:
  ./scripts/ops doctor
  ./scripts/ops doctor staging --resolver 1.1.1.1 208.67.222.222
  ./scripts/ops doctor --json | jq -r '.findings[].fix[]'`,
    )
    .action(async (...words: Parameters<Actions["doctor"]>) => (await actions()).doctor(...words));
}
