import { Command } from "commander";
import { requireEnvironment } from "../../environments.ts";
import { plainConfiguration } from "../../plain-configuration.ts";
import { requireSecret } from "../../secrets/inventory.ts";
import { numbered, rotateByHand } from "../../secrets/rotate-by-hand.ts";
import { rotateInStack } from "../../secrets/rotate-in-stack.ts";
import { rotateLogin } from "../../secrets/rotate-login.ts";
import { isRotatedBy } from "../../secrets/rotation.ts";
import { knownHostsOption } from "../options.ts";
import { print, say } from "../output.ts";

const notRotated = 3;

/** `rotate`: another one in the place of a secret. */
export function rotateCommand(): Command {
  return new Command("rotate")
    .description("put another one in the place of a secret, while everybody goes on working")
    .argument(
      "<name>",
      "name of the secret, as ./scripts/ops secrets has it: odoo, deploy-key, ocr-queue-password",
    )
    .argument("[environment]", "environment whose secret it is", "prod")
    .option("--yes", "do not ask before pulumi up")
    .addOption(knownHostsOption())
    .addHelpText(
      "after",
      `
What the stack made, it makes anew: this counts up a number in the settings (database.rotations for logins of the database,
secrets.rotations for the rest) and runs pulumi up. The new one is accepted before anybody is given it, and the old one goes
last. Commit the settings afterwards. Broken off, nobody is shut out, and the same command goes on.

What comes from a vendor begins there: at a terminal this says where, lets the engine ask for the value, writes the day down
and runs pulumi up; elsewhere it prints the steps. What must not be made anew, because something would be lost with it, is
explained. Both exit with 3: nothing was rotated.

Examples:
  ./scripts/ops rotate odoo
  ./scripts/ops rotate deploy-key staging --yes
  ./scripts/ops rotate slackWebhookUrl
  ./scripts/ops rotate state-passphrase`,
    )
    .action(run);
}

interface Options {
  readonly yes?: true;
  readonly knownHosts?: string;
}

async function run(name: string, environment: string, { yes, knownHosts }: Options): Promise<void> {
  requireEnvironment(environment);
  const configuration = plainConfiguration(environment);
  const row = requireSecret(name, configuration);
  const order = { environment, configuration, yes: yes === true, knownHosts };
  if (isRotatedBy(row, "turns")) return rotateLogin(row, order);
  if (isRotatedBy(row, "stack")) return rotateInStack(row, order);
  if (isRotatedBy(row, "hand")) {
    if (!(await rotateByHand(row, order))) process.exitCode = notRotated;
    return;
  }
  if (isRotatedBy(row, "steps")) {
    say(`${name} is not rotated by a command: ${row.rotation.because}.`);
    print(numbered(row.rotation.steps));
    process.exitCode = notRotated;
  }
}
