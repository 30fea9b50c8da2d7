import type { Configuration } from "../../config/configuration.ts";
import { secretInventory } from "../../config/derive/secret-inventory.ts";
import { Failure } from "../failure.ts";

/**
 * The secret of this name.
 *
 * @throws Failure with the names there are
 */
export function requireSecret(name: string, configuration: Configuration) {
  const rows = secretInventory(configuration);
  const found = rows.find((row) => row.name === name);
  if (found !== undefined) return found;
  const names = rows.map((row) => row.name).join(", ");
  throw new Failure(`there is no secret "${name}"; there are ${names}`, "name one of those");
}
