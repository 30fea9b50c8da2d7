import { Command } from "commander";
import { loginsOf, planDatabaseRoles } from "../../../config/derive/database-roles.ts";
import { sqlLiteral as literal } from "../../../config/quote.ts";
import { askAs, withDatabase } from "../../database/access.ts";
import { requireEnvironment } from "../../environments.ts";
import { Failure } from "../../failure.ts";
import { engineSays, showEngine } from "../../stack/engine.ts";
import { openSettings } from "../../stack/settings.ts";
import { knownHostsOption } from "../options.ts";
import { print, say } from "../output.ts";

/** `rotate`: another password for a role of the database. */
export function rotateCommand(): Command {
  return new Command("rotate")
    .description("give a role of the database another password, while everybody goes on working")
    .argument("<role>", "role of the database: odoo, mattermost, n8n, superset, backup, migration")
    .argument("[environment]", "environment whose role it is", "prod")
    .option("--yes", "do not ask before pulumi up")
    .addOption(knownHostsOption())
    .addHelpText(
      "after",
      `
Each role has two logins that take turns (docs/decisions/0013-two-logins-for-each-role.md). This counts up
database.rotations.ROLE in the settings and runs pulumi up: the other login gets a new password, hosts and apps take it, and
then nobody is let in by the first one any more. Commit the settings afterwards.

Broken off, both logins work: pulumi up goes on where it stopped.

Examples:
  ./scripts/ops rotate odoo
  ./scripts/ops rotate n8n staging --yes`,
    )
    .action(run);
}

interface Options {
  readonly yes?: true;
  readonly knownHosts?: string;
}

async function run(role: string, environment: string, { yes, knownHosts }: Options): Promise<void> {
  requireEnvironment(environment);
  const { config } = await openSettings(environment);
  const known = planDatabaseRoles(config.resolvedServices, config).map(({ name }) => name);
  if (!known.includes(role))
    throw new Failure(`there is no role "${role}"; there are ${known.join(", ")}`, "name one of those");
  if (!config.convergeHosts)
    throw new Failure(
      "this environment does not converge its hosts, so they would not take another password",
      "convergeHosts: true in its settings",
    );
  const { rotations } = config.database;
  const count = (rotations[role] ?? 0) + 1;
  const [from, to] = [rotations, { ...rotations, [role]: count }].map(
    (counts) => loginsOf(role, { rotations: counts }).login,
  );
  say(`${role}: from the login ${from} to ${to}`);
  const path = `database.rotations.${role}`;
  await engineSays(
    ["config", "set", "--stack", environment, "--path", path, String(count)],
    `${path} cannot be set`,
  );
  try {
    await showEngine("up", "--stack", environment, "--suppress-outputs", ...(yes ? ["--yes"] : []));
  } catch (error) {
    say(`both logins of ${role} work until the rotation is through: pulumi up --stack ${environment}`);
    throw error;
  }
  await withDatabase(environment, knownHosts, async (access) => {
    await askAs(access, await access.login(role))("SELECT 1;");
    const lets = `SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname IN (${[from, role].map((name) => literal(name ?? "")).join(", ")});`;
    const still = (await askAs(access, await access.login("migration"))(lets)).trim();
    if (still !== "")
      throw new Failure(`${still} is still let in`, `pulumi up --stack ${environment} retires it`);
  });
  print(`${role} signs in as ${to}, and ${from} is let in no more. Commit Pulumi.${environment}.yaml.`);
}
