import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { secretNames } from "../config/secrets.ts";
import { Failure } from "./engine/failure.ts";
import { readText } from "./engine/files.ts";
import { pluginOf } from "./engine/plugins.ts";
import type { HostStatus, Project, SandboxSecret, ServiceStatus } from "./engine/sandbox.ts";

/**
 * The one place where the sandbox knows the program it runs. For another DigitalOcean program, only this file changes.
 */
const root = resolve(import.meta.dirname, "..");

const providerPackages = ["digitalocean", "cloudflare", "random", "tls", "command"] as const;

/** This repository's program. */
export function loadProject(): Project {
  return {
    root,
    name: projectName(),
    environments: environments(),
    plugins: providerPackages.map((name) =>
      pluginOf(join(root, "node_modules/@pulumi", name, "package.json")),
    ),
    providersUsedIn,
    settingsFile,
    // Both environments live in one account, so both begin with what that account holds.
    seedFile: () => join(root, "sandbox/seeds/production.json"),
    secretsFor: () => [...secretNames].map(sandboxSecret),
    servicesIn,
    hostsIn,
    monthlyUsdIn,
  };
}

function settingsFile(environment: string): string {
  return join(root, `Pulumi.${environment}.yaml`);
}

const settingsSchema = z.object({
  config: z.object({
    "insightpulse:dns": z.object({ provider: z.string() }),
    "insightpulse:convergeHosts": z.boolean().default(true),
  }),
});

/** Cloudflare's only where the zone is there, and the one for commands only where hosts are converged. */
function providersUsedIn(environment: string): string[] {
  const settings = settingsSchema.safeParse(parse(readText(settingsFile(environment)) ?? "")).data?.config;
  return [
    ...["digitalocean", "random", "tls"],
    ...(settings?.["insightpulse:dns"].provider === "cloudflare" ? ["cloudflare"] : []),
    ...(settings?.["insightpulse:convergeHosts"] === false ? [] : ["command"]),
  ];
}

function projectName(): string {
  const file = join(root, "Pulumi.yaml");
  const text = readText(file);
  if (text === undefined) throw new Failure(`${file} is missing: there is no program to run`);
  return z.object({ name: z.string() }).parse(parse(text)).name;
}

function environments(): string[] {
  return readdirSync(root)
    .map((file) => /^Pulumi\.(?<environment>[a-z][a-z0-9-]*)\.yaml$/.exec(file)?.groups?.environment)
    .filter((environment) => environment !== undefined)
    .sort();
}

/** Random, with a beginning by which a test can search state and logs for it. */
function sandboxSecret(name: string): SandboxSecret {
  return {
    name,
    makeValue: () => {
      const value = `sandbox-${randomBytes(12).toString("hex")}`;
      return name.endsWith("Url") ? `https://${value}.example.test/` : value;
    },
  };
}

const servicesSchema = z.array(z.object({ name: z.string(), url: z.string() }));
const hostsSchema = z.union([
  z.array(z.object({ name: z.string(), address: z.string().nullish() })),
  z.record(z.string(), z.object({ name: z.string().optional(), address: z.string().nullish() })),
]);

/** Droplets are records here, with no machine behind them: nothing runs that could be healthy or not. */
function servicesIn(outputs: Readonly<Record<string, unknown>>): ServiceStatus[] {
  const services = servicesSchema.safeParse(outputs.services);
  return services.success ? services.data.map(({ name, url }) => ({ name, url, healthy: null })) : [];
}

function hostsIn(outputs: Readonly<Record<string, unknown>>): HostStatus[] {
  const parsed = hostsSchema.safeParse(outputs.hosts);
  if (!parsed.success) return [];
  const hosts = Array.isArray(parsed.data)
    ? parsed.data
    : Object.entries(parsed.data).map(([key, host]) => ({ ...host, name: host.name ?? key }));
  return hosts.map(({ name, address }) => ({ name, address: address ?? null }));
}

const costSchema = z.object({ totalUsd: z.number() });

function monthlyUsdIn(outputs: Readonly<Record<string, unknown>>): number | undefined {
  return costSchema.safeParse(outputs.monthlyCost).data?.totalUsd;
}
