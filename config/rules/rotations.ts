import { type InventorySource, secretInventory } from "../derive/secret-inventory.ts";
import { type Fault, removeCommand } from "../fault.ts";
import { resolveServices } from "../resolve.ts";
import { sections } from "../schema.ts";
import { rule } from "./rule.ts";

const everySection = Object.keys(sections) as (keyof typeof sections)[];

/** Only what the stack can make anew is counted, and only what people set has a day: a typing error would do nothing. */
export const rotations = rule(everySection, (settings, { stack, catalogue }) => {
  const source: InventorySource = {
    ...settings,
    stack,
    resolvedServices: resolveServices(catalogue, settings),
  };
  const namesBy = (by: string) =>
    secretInventory(source).flatMap(({ name, rotation }) => (rotation.by === by ? [name] : []));
  const { rotations: counted, setOn } = settings.secrets;
  return [
    ...unknown(
      counted,
      namesBy("stack"),
      "secrets.rotations",
      "counts the rotations of what the stack does not rotate.",
    ),
    ...unknown(setOn, namesBy("hand"), "secrets.setOn", "is the day of a secret that nobody sets here."),
  ];

  function unknown(given: object, known: readonly string[], path: string, problem: string): Fault[] {
    return Object.keys(given)
      .filter((name) => !known.includes(name))
      .map((name) => ({
        ...{ path: `${path}.${name}`, problem, allowed: known.join(", ") },
        fix: removeCommand(`${path}.${name}`, stack),
      }));
  }
});
