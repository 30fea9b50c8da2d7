import { catalogue as liveCatalogue, type Service } from "./catalogue.ts";
import type { Configuration } from "./configuration.ts";
import { ConfigurationError, type Fault } from "./fault.ts";
import { parseSections } from "./parse.ts";
import { resolveServices } from "./resolve.ts";
import { findFaults, findWarnings } from "./rules/index.ts";
import type { Settings } from "./schema.ts";
import { neededSecrets, secretNames, setSecretCommand } from "./secrets.ts";

/** What was found in the stack's configuration file. */
export interface ConfigurationSource {
  readonly stack: string;
  /** Values by key, without the project's prefix and without any secret. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Keys that are set as secrets. */
  readonly secretKeys: ReadonlySet<string>;
}

/**
 * Parses and checks the whole configuration once, before any resource is declared.
 *
 * @throws ConfigurationError with every fault at once: shapes, rules and missing secrets
 */
export function loadConfiguration(
  source: ConfigurationSource,
  catalogue: Readonly<Record<string, Service>> = liveCatalogue,
): Configuration {
  const { stack, values, secretKeys } = source;
  const parsed = parseSections(values, stack);
  const faults: Fault[] = [
    ...parsed.faults,
    ...plainSecrets(values, stack),
    ...unknownSecrets(secretKeys, stack),
  ];

  faults.push(...findFaults({ stack, catalogue, settings: parsed.settings }));
  const { domain, services } = parsed.settings;
  const resolved =
    domain === undefined || services === undefined ? [] : resolveServices(catalogue, { domain, services });
  const needed = neededSecrets({ settings: parsed.settings, services: resolved });
  for (const { name, purpose } of needed) {
    if (secretKeys.has(name)) continue;
    if (name in values) continue; // Already reported as a secret in plain text.
    faults.push({
      path: name,
      problem: `is a missing secret: ${purpose}.`,
      fix: setSecretCommand(name, stack),
    });
  }
  if (faults.length > 0) throw new ConfigurationError(stack, faults);

  const settings = parsed.settings as Settings;
  return {
    ...settings,
    stack,
    resolvedServices: resolved,
    secretNames: needed.map(({ name }) => name),
    warnings: findWarnings({ stack, catalogue, settings }),
  };
}

function plainSecrets(values: Readonly<Record<string, unknown>>, stack: string): Fault[] {
  return Object.keys(values)
    .filter((name) => secretNames.has(name))
    .map((name) => ({
      path: name,
      problem: "is a secret, but stands in the file as plain text. Rotate it: it has been written down.",
      fix: setSecretCommand(name, stack),
    }));
}

function unknownSecrets(secretKeys: ReadonlySet<string>, stack: string): Fault[] {
  return [...secretKeys]
    .filter((name) => !secretNames.has(name))
    .map((name) => ({
      path: name,
      problem: "is set as a secret, but is none of the secrets this program knows.",
      allowed: [...secretNames].join(", "),
      fix: `pulumi config rm ${name} --stack ${stack}`,
    }));
}
