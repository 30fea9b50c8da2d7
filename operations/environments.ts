import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { secretNames } from "../config/secrets.ts";
import { Failure } from "./failure.ts";

/** The repository's folder. */
export const root = resolve(import.meta.dirname, "..");

/** Name of an environment's settings file, from the repository's folder. */
export function settingsFile(environment: string): string {
  return `Pulumi.${environment}.yaml`;
}

/** The environments that have a settings file, in alphabetical order. */
export function environments(): string[] {
  return readdirSync(root)
    .map((file) => /^Pulumi\.(?<environment>[a-z][a-z0-9-]*)\.yaml$/.exec(file)?.groups?.environment)
    .filter((environment) => environment !== undefined)
    .sort();
}

/** Fails with the environments there are when this is none of them. */
export function requireEnvironment(environment: string): void {
  const known = environments();
  if (known.includes(environment)) return;
  throw new Failure(
    `there is no environment "${environment}": there are ${known.join(", ")}`,
    `name one of those, or write ${settingsFile(environment)}`,
  );
}

/** An environment's settings as they are in the working tree. */
export function readSettingsText(environment: string): string {
  return readFileSync(join(root, settingsFile(environment)), "utf8");
}

const fileSchema = z.object({ config: z.record(z.string(), z.unknown()) });

/**
 * The plain settings in a stack's file, by key without the project's prefix. Whatever is a secret is left out, encrypted
 * or not: no passphrase is needed to read the rest.
 *
 * @param origin how the file is called in errors
 */
export function plainSettings(text: string, origin: string): Record<string, unknown> {
  const parsed = fileSchema.safeParse(parseYaml(text, origin));
  if (!parsed.success) throw new Failure(`${origin} has no section "config", so there are no settings in it`);
  const prefix = "insightpulse:";
  return Object.fromEntries(
    Object.entries(parsed.data.config)
      .filter(([key, value]) => key.startsWith(prefix) && !isEncrypted(value))
      .map(([key, value]) => [key.slice(prefix.length), settingValue(value)] as const)
      .filter(([name]) => !secretNames.has(name)),
  );
}

/** A value as the program reads it: the engine writes numbers and truth values as text when it writes the file. */
export function settingValue(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function parseYaml(text: string, origin: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    // The first line says what and where; what follows quotes the file.
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new Failure(`${origin} is not valid YAML: ${reason.replace(/:$/, "")}`);
  }
}

/** The engine makes a key a secret as soon as any part of its value is one. */
function isEncrypted(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "secure" in value || Object.values(value).some(isEncrypted);
}
