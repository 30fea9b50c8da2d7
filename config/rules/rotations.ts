import { type InventorySource, type SecretRow, secretInventory } from "../derive/secret-inventory.ts";
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
  const rows = secretInventory(source);
  const names = (wanted: (row: SecretRow) => boolean) => rows.filter(wanted).map(({ name }) => name);
  const rotated = names(({ rotation }) => rotation.by === "stack");
  const dated = names(({ kind, resource }) => resource === undefined && kind !== "host's own");
  const { rotations: counted, setOn } = settings.secrets;
  return [
    ...unknown(
      counted,
      rotated,
      "secrets.rotations",
      "counts the rotations of what the stack does not rotate.",
    ),
    ...unknown(setOn, dated, "secrets.setOn", "is the day of a secret that nobody sets here."),
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
