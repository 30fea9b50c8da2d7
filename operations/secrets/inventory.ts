import { readFileSync } from "node:fs";
import { secretInventory } from "../../config/derive/secret-inventory.ts";
import { ConfigurationError } from "../../config/fault.ts";
import { type Configuration, loadConfiguration } from "../../config/load.ts";
import { secretNames } from "../../config/secrets.ts";
import { plainSettings } from "../environments.ts";
import { Failure } from "../failure.ts";
import { settingsPath } from "../state/stack-state.ts";

/**
 * An environment's settings without any secret in them: which there are is known without opening one, so that no passphrase
 * is needed.
 *
 * @throws Failure when they hold a fault
 */
export function closedSettings(environment: string): Configuration {
  const file = settingsPath(environment);
  const values = plainSettings(readFileSync(file, "utf8"), file);
  try {
    return loadConfiguration({ stack: environment, values, secretKeys: secretNames });
  } catch (error) {
    throw error instanceof ConfigurationError ? new Failure(error.message) : error;
  }
}

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
