import { z } from "zod";
import type { Configuration } from "../../config/configuration.ts";
import { ConfigurationError } from "../../config/fault.ts";
import { loadConfiguration } from "../../config/load.ts";
import { lookup } from "../../config/records.ts";
import { settingValue } from "../environments.ts";
import { Failure } from "../failure.ts";
import { engineSays } from "./engine.ts";

/** An environment's settings with its secrets opened; they stay in memory. */
export interface OpenSettings {
  readonly config: Configuration;
  /** A secret that the operator has set. */
  readonly secret: (name: string) => string;
}

const listed = z.record(
  z.string(),
  z.object({ value: z.string().optional(), objectValue: z.unknown().optional(), secret: z.boolean() }),
);

/**
 * Reads an environment's settings as the program would, secrets included, by the engine.
 *
 * @throws Failure when they cannot be opened, or hold a fault
 */
export async function openSettings(environment: string): Promise<OpenSettings> {
  const words = ["config", "--stack", environment, "--json", "--show-secrets"];
  const text = await engineSays(words, `the settings of ${environment} cannot be opened`);
  const prefix = "insightpulse:";
  const own = Object.entries(listed.parse(JSON.parse(text)))
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, entry]) => [key.slice(prefix.length), entry] as const);
  const secrets = Object.fromEntries(
    own.flatMap(([name, { value = "", secret }]) => (secret ? [[name, value] as const] : [])),
  );
  const plain = own.flatMap(([name, { value, objectValue, secret }]) =>
    secret ? [] : [[name, objectValue ?? settingValue(value ?? "")] as const],
  );
  try {
    const source = { stack: environment, values: Object.fromEntries(plain) };
    const config = loadConfiguration({ ...source, secretKeys: new Set(Object.keys(secrets)) });
    return { config, secret: (name) => lookup(secrets, name, "secret") };
  } catch (error) {
    throw error instanceof ConfigurationError ? new Failure(error.message) : error;
  }
}
