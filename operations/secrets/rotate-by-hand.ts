import { print, say } from "../cli/output.ts";
import { engineSays, showEngine } from "../stack/engine.ts";
import type { RotatedBy, RotationOrder } from "./rotation.ts";

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
  const { environment, yes } = order;
  const [first = ""] = rotation.steps;
  if (!process.stdin.isTTY) {
    print(numbered([...rotation.steps, rotation.last]));
    return false;
  }
  say(first);
  await showEngine("config", "set", "--secret", name, "--stack", environment);
  const today = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
  const words = ["config", "set", "--stack", environment, "--path", `secrets.setOn.${name}`, today];
  await engineSays(words, `secrets.setOn.${name} cannot be set`);
  await showEngine("up", "--stack", environment, "--suppress-outputs", ...(yes ? ["--yes"] : []));
  print(`${rotation.last} Commit Pulumi.${environment}.yaml.`);
  return true;
}

/** Steps, each on a line of its own with its number. */
export function numbered(steps: readonly string[]): string {
  return steps.map((step, index) => `${index + 1}. ${step}`).join("\n");
}
