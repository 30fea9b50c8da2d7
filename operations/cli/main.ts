import { Command } from "commander";
import { Failure } from "../failure.ts";
import { adoptCommand } from "./commands/adopt.ts";
import { backupCommand } from "./commands/backup.ts";
import { costCommand } from "./commands/cost.ts";
import { dbCommand } from "./commands/db.ts";
import { decommissionCommand } from "./commands/decommission.ts";
import { commentCommand, deliverCommand, releasesCommand, reviewCommand } from "./commands/delivery.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { driftCommand } from "./commands/drift.ts";
import { featureCommand } from "./commands/feature.ts";
import { gateCommand } from "./commands/gate.ts";
import { heartbeatCommand } from "./commands/heartbeat.ts";
import { kitCommand } from "./commands/kit.ts";
import { latencyCommand } from "./commands/latency.ts";
import { migrateScoutCommand } from "./commands/migrate-scout.ts";
import { moveCommand } from "./commands/move.ts";
import { notifyCommand } from "./commands/notify.ts";
import { pinImageCommand } from "./commands/pin-image.ts";
import { putAsideCommand } from "./commands/put-aside.ts";
import { refreshCommand } from "./commands/refresh.ts";
import { reportCommand } from "./commands/report.ts";
import { restoreCommand } from "./commands/restore.ts";
import { rollbackCommand } from "./commands/rollback.ts";
import { rotateCommand } from "./commands/rotate.ts";
import { secretsCommand } from "./commands/secrets.ts";
import { signOnCommand } from "./commands/sign-on.ts";
import { stateCommand } from "./commands/state.ts";
import { webCommand } from "./commands/web.ts";
import { say, styled } from "./output.ts";

const program = new Command("./scripts/ops")
  .description("What operators do beside pulumi preview and up.")
  .showHelpAfterError("(--help says what is allowed)")
  .addHelpText(
    "after",
    `
Examples:
  ./scripts/ops cost                         what the environments cost a month
  ./scripts/ops cost prod --against main     what a change of the settings costs
  ./scripts/ops review prod                  what a delivery would change, and its digest
  ./scripts/ops deliver prod                 apply what was reviewed, and nothing else
  ./scripts/ops releases                     what runs where, since when, by whom, healthy or not
  ./scripts/ops report --out report.html     everything on one page, for people and for later
  ./scripts/ops doctor                       what is wrong, why, and the command that mends it
  ./scripts/ops rollback                     back to the last release that was healthy
  ./scripts/ops drift                        what somebody has changed on the hosts by hand
  ./scripts/ops gate                         may what pulumi preview plans be done, or would data go?
  ./scripts/ops backup now                   take a backup, and prove it by a restore
  ./scripts/ops restore                      what a restore would replace; changes nothing
  ./scripts/ops refresh staging              production's books in staging, personal data masked
  ./scripts/ops db report                    how the database is
  ./scripts/ops secrets                      every secret: who has it, how old it is, how it is rotated
  ./scripts/ops rotate odoo                  another one in the place of a secret, with nobody disturbed
  ./scripts/ops heartbeat                    whether anybody still watches, and whether alarms arrive
  ./scripts/ops latency                      how fast and how often everything has answered
  ./scripts/ops adopt prod                   what is live already, and what nobody owns
  ./scripts/ops move odoo --dry-run          what a move out of old containers would bring along
  ./scripts/ops sign-on                      what to register with Google, and who may sign in
  ./scripts/ops web                          TLS, headers and cookies as seen from here
  ./scripts/ops state backup                 a copy of the stack's state, proven
  ./scripts/ops kit make                     all that the platform can be made anew of, sealed

OPS_DEBUG=1 adds stack traces.`,
  );
for (const command of [
  adoptCommand(),
  backupCommand(),
  costCommand(),
  commentCommand(),
  dbCommand(),
  decommissionCommand(),
  deliverCommand(),
  doctorCommand(),
  driftCommand(),
  featureCommand(),
  gateCommand(),
  heartbeatCommand(),
  kitCommand(),
  latencyCommand(),
  migrateScoutCommand(),
  moveCommand(),
  notifyCommand(),
  pinImageCommand(),
  putAsideCommand(),
  refreshCommand(),
  releasesCommand(),
  reportCommand(),
  restoreCommand(),
  reviewCommand(),
  rollbackCommand(),
  rotateCommand(),
  secretsCommand(),
  signOnCommand(),
  stateCommand(),
  webCommand(),
]) {
  program.addCommand(command);
}

try {
  await program.parseAsync();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  say(`${styled("red", "error:", process.stderr)} ${message}`);
  if (error instanceof Failure && error.remedy) say(`  to fix it: ${error.remedy}`);
  if (process.env.OPS_DEBUG) console.error(error);
  else if (!(error instanceof Failure))
    say("  this is a fault of the program itself; OPS_DEBUG=1 shows where");
  process.exitCode = 1;
}
