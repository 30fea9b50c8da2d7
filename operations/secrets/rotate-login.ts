import { loginsOf } from "../../config/derive/database-roles.ts";
import { sqlLiteral as literal } from "../../config/quote.ts";
import { print, say } from "../cli/output.ts";
import { askAs, withDatabase } from "../database/access.ts";
import { Failure } from "../failure.ts";
import { bringUp, type RotatedBy, type RotationOrder, setSetting } from "./rotation.ts";

/** Gives a role of the database another password: its other login gets one, everybody takes it, and the first is let in no more. */
export async function rotateLogin({ name: role }: RotatedBy<"turns">, order: RotationOrder): Promise<void> {
  const { environment, configuration, knownHosts } = order;
  if (!configuration.convergeHosts)
    throw new Failure(
      "this environment does not converge its hosts, so they would not take another password",
      "convergeHosts: true in its settings",
    );
  const { rotations } = configuration.database;
  const count = (rotations[role] ?? 0) + 1;
  const [from, to] = [rotations, { ...rotations, [role]: count }].map(
    (counts) => loginsOf(role, { rotations: counts }).login,
  );
  say(`${role}: from the login ${from} to ${to}`);
  await setSetting(order, `database.rotations.${role}`, count);
  try {
    await bringUp(order);
  } catch (error) {
    say(`both logins of ${role} work until the rotation is through: pulumi up --stack ${environment}`);
    throw error;
  }
  await withDatabase(environment, knownHosts, async (access) => {
    await askAs(access, await access.login(role))("SELECT 1;");
    const lets = `SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname IN (${[from, role].map((one) => literal(one ?? "")).join(", ")});`;
    const still = (await askAs(access, await access.login("migration"))(lets)).trim();
    if (still !== "")
      throw new Failure(`${still} is still let in`, `pulumi up --stack ${environment} retires it`);
  });
  print(`${role} signs in as ${to}, and ${from} is let in no more. Commit Pulumi.${environment}.yaml.`);
}
