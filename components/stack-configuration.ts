import * as pulumi from "@pulumi/pulumi";
import * as runtime from "@pulumi/pulumi/runtime/index.js";
import type { Configuration } from "../config/configuration.ts";
import { ConfigurationError } from "../config/fault.ts";
import { type ConfigurationSource, loadConfiguration } from "../config/load.ts";

/**
 * The selected stack's configuration, parsed and checked before any resource is declared.
 *
 * @throws RunError with every fault at once; Pulumi prints its message without a stack trace
 */
export function loadStackConfiguration(): Configuration {
  try {
    const configuration = loadConfiguration(readStackConfiguration());
    for (const warning of configuration.warnings) pulumi.log.warn(warning);
    return configuration;
  } catch (error) {
    throw error instanceof ConfigurationError ? new pulumi.RunError(error.message) : error;
  }
}

/** Reads the project's own keys. Secrets stay closed: only their names are looked at. */
export function readStackConfiguration(): ConfigurationSource {
  const prefix = `${pulumi.getProject()}:`;
  // The language host names the keys whose values are secret; the SDK keeps its own reader of this to itself.
  const secrets: string[] = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS ?? "[]");
  const values: Record<string, unknown> = {};
  const secretKeys = new Set<string>();
  for (const [key, text] of Object.entries(runtime.allConfig())) {
    if (!key.startsWith(prefix)) continue;
    const name = key.slice(prefix.length);
    if (secrets.includes(key)) secretKeys.add(name);
    else values[name] = parseValue(text);
  }
  return { stack: pulumi.getStack(), values, secretKeys };
}

/** Pulumi hands structured values over as JSON text, and plain ones as they are. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
