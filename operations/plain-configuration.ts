import { readFileSync } from "node:fs";
import type { Configuration } from "../config/configuration.ts";
import { ConfigurationError } from "../config/fault.ts";
import { loadConfiguration } from "../config/load.ts";
import { secretNames } from "../config/secrets.ts";
import { plainSettings, requireEnvironment } from "./environments.ts";
import { Failure } from "./failure.ts";
import { settingsPath } from "./state/stack-state.ts";

/**
 * An environment's configuration as its file says, with every secret taken as set: which there are is known without opening one, so
 * that it takes no passphrase, no engine and no cloud.
 *
 * @param file the file that the engine is told to use, or the repository's, when left out
 * @throws Failure with the environments there are, or with every fault in the file
 */
export function plainConfiguration(environment: string, file = settingsPath(environment)): Configuration {
  requireEnvironment(environment);
  const values = plainSettings(readFileSync(file, "utf8"), file);
  try {
    return loadConfiguration({ stack: environment, values, secretKeys: secretNames });
  } catch (error) {
    throw error instanceof ConfigurationError ? new Failure(error.message) : error;
  }
}
