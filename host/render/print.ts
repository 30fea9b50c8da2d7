/** `scripts/render-host`: what would land on a host, as files to read, with placeholders where secrets would stand. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import type { Configuration } from "../../config/configuration.ts";
import { databaseRoles } from "../../config/derive/database-roles.ts";
import { generatedSecretNames } from "../../config/derive/generated-secret-names.ts";
import { ConfigurationError } from "../../config/fault.ts";
import { loadConfiguration } from "../../config/load.ts";
import { secretNames } from "../../config/secrets.ts";
import type { HostBundle } from "../bundle.ts";
import type { HostValues } from "./context.ts";
import { renderHostBundle } from "./host-bundle.ts";

const usage = `Usage: ./scripts/render-host ENVIRONMENT HOST [--out FOLDER | --json]
       ./scripts/render-host ENVIRONMENT --out FOLDER

What would land on a host: every file, with a placeholder in the place of each secret.

  --out FOLDER  writes the files below FOLDER instead of printing them; without HOST those of every host, each below
                FOLDER/HOST
  --json        prints the whole bundle: packages, users, units, firewall and files

Examples:
  ./scripts/render-host prod erp | less
  ./scripts/render-host prod erp --out /tmp/erp && less /tmp/erp/etc/nginx/sites-enabled/odoo.conf
  ./scripts/render-host staging ocr --json | jq .units
`;

/** A stack's configuration as its file says, with every secret taken as set. */
function readConfiguration(stack: string): Configuration {
  const text = readFileSync(new URL(`../../Pulumi.${stack}.yaml`, import.meta.url), "utf8");
  const { config } = parse(text) as { config: Record<string, unknown> };
  const values = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace(/^insightpulse:/, ""), value]),
  );
  return loadConfiguration({ stack, values, secretKeys: secretNames });
}

/** What stands where a secret would, named after it. */
function placeholders(config: Configuration): HostValues {
  const named = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, `SECRET-${name}`]));
  return {
    deployPublicKey: "ssh-ed25519 DEPLOY-PUBLIC-KEY",
    signingPublicKey: "ssh-ed25519 SIGNING-PUBLIC-KEY",
    rolePasswords: named(databaseRoles(config.resolvedServices, config)),
    generated: named(generatedSecretNames(config.resolvedServices)),
    dnsChallengeToken: "SECRET-dnsChallengeToken",
    registryCredentials: "SECRET-registryCredentials",
    proxyGoogleClient: { id: "SECRET-proxyGoogleClientId", secret: "SECRET-proxyGoogleClientSecret" },
    odooGoogleClientId: "SECRET-odooGoogleClientId",
    backup: {
      repositoryPassword: "SECRET-backup-repository-password",
      spaces: { accessKey: "SECRET-access-key", secretKey: "SECRET-secret-key" },
      databasePassword: "SECRET-backup",
    },
    slackWebhookUrl: "SECRET-slackWebhookUrl",
    mailPassword: "SECRET-mailPassword",
    watch: {
      spaces: { accessKey: "SECRET-access-key", secretKey: "SECRET-secret-key" },
      databasePassword: "SECRET-watch",
    },
  };
}

function print(bundle: HostBundle): void {
  for (const { path, mode, owner, group, content } of bundle.files) {
    process.stdout.write(`===== ${path} (${mode} ${owner}:${group})\n${content}\n`);
  }
}

function write(bundle: HostBundle, folder: string): void {
  for (const { path, mode, content } of bundle.files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
    // Readable for whoever reviews it: no secret is in it.
    chmodSync(target, mode === "0755" ? 0o755 : 0o644);
  }
  process.stderr.write(`${bundle.files.length} files below ${folder}\n`);
}

function fail(text: string, status: number): never {
  process.stderr.write(`${text}\n`);
  process.exit(status);
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: "string" }, json: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const [environment, host] = positionals;
  if (environment === undefined || positionals.length > 2) fail(usage, 2);
  const config = readConfiguration(environment);
  if (host === undefined) {
    if (values.out === undefined) fail(usage, 2);
    for (const name of Object.keys(config.hosts))
      write(renderHostBundle(name, config, placeholders(config)), join(values.out, name));
    return;
  }
  const bundle = renderHostBundle(host, config, placeholders(config));
  if (values.json) process.stdout.write(`${JSON.stringify(bundle, null, 2)}\n`);
  else if (values.out === undefined) print(bundle);
  else write(bundle, values.out);
}

try {
  main();
} catch (error) {
  if (error instanceof ConfigurationError) fail(error.message, 1);
  fail(`error: ${(error as Error).message}`, 1);
}
