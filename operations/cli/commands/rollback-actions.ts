import { requireEnvironment } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { formatReleases } from "../../releases/format.ts";
import { carryOut } from "../../rollback/carry-out.ts";
import { commitWords, formatRollback, rollbackAsJson } from "../../rollback/format.ts";
import { isThere, planRollback } from "../../rollback/plan.ts";
import type { Part } from "../../rollback/settings.ts";
import { confirmByName } from "../asking.ts";
import { print, printJson, say } from "../output.ts";

const unwell = 3;

interface RollbackOptions {
  readonly to?: string;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly healthWithin: number;
  readonly withoutHealth?: true;
  readonly knownHosts?: string;
  readonly json?: true;
}

/** Goes back to a release that was healthy. */
export async function rollback(part: Part, environment: string, options: RollbackOptions): Promise<void> {
  requireEnvironment(environment);
  const { to, dryRun, yes, healthWithin, withoutHealth, knownHosts, json } = options;
  const plan = await planRollback({ environment, part, to, knownHosts, say });
  if (dryRun || isThere(plan)) {
    if (json) printJson(rollbackAsJson(plan));
    else print(formatRollback(plan));
    return;
  }
  say(formatRollback(plan));
  if (!yes) await confirm(environment);
  const release = await carryOut(plan, { healthMinutes: withoutHealth ? null : healthWithin });
  if (json) printJson({ plan: rollbackAsJson(plan), release });
  else print(`${formatReleases(environment, [release])}\n${commitWords(plan)}`);
  if (release.result === "unhealthy") process.exitCode = unwell;
}

async function confirm(environment: string): Promise<void> {
  const unattended = new Failure(
    "a way back asks for the environment's name, and there is nobody to ask; nothing was changed",
    "--yes goes back without asking, --dry-run only says what would be done",
  );
  await confirmByName(environment, "go back", unattended);
}
