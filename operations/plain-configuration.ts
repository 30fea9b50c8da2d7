import { ConfigurationError } from "../config/fault.ts";
import { type Configuration, loadConfiguration } from "../config/load.ts";
import { secretNames } from "../config/secrets.ts";
import { plainSettings, readSettingsText, requireEnvironment, settingsFile } from "./environments.ts";
import { Failure } from "./failure.ts";

/**
 * An environment's configuration as its file says, with every secret taken as set: no passphrase, no engine, no cloud.
 *
 * @throws Failure with every fault in the file
 */
export function plainConfiguration(environment: string): Configuration {
  requireEnvironment(environment);
  const values = plainSettings(readSettingsText(environment), settingsFile(environment));
  try {
    return loadConfiguration({ stack: environment, values, secretKeys: secretNames });
  } catch (error) {
    throw error instanceof ConfigurationError ? new Failure(error.message) : error;
  }
}
