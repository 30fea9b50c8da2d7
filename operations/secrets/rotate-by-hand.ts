import { print, say } from "../cli/output.ts";
import { showEngine } from "../stack/engine.ts";
import { bringUp, type RotatedBy, type RotationOrder, setSetting } from "./rotation.ts";

/**
 * Leads through a rotation that begins at a vendor. At a terminal the engine asks for the value, so that it is no argument
 * and in no history, and the day is written down; elsewhere the steps are printed, and nothing is changed.
 *
 * @returns whether it was done
 */
export async function rotateByHand(
  { name, rotation }: RotatedBy<"hand">,
  order: RotationOrder,
): Promise<boolean> {
  const { environment } = order;
  const [first = ""] = rotation.steps;
  if (!process.stdin.isTTY) {
    print(numbered([...rotation.steps, rotation.last]));
    return false;
  }
  say(first);
  await showEngine("config", "set", "--secret", name, "--stack", environment);
  const today = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  await setSetting(order, `secrets.setOn.${name}`, today);
  await bringUp(order);
  print(`${rotation.last} Commit Pulumi.${environment}.yaml.`);
  return true;
}

/** Steps, each on a line of its own with its number. */
export function numbered(steps: readonly string[]): string {
  return steps.map((step, index) => `${index + 1}. ${step}`).join("\n");
}
