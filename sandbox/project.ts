import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { secretNames } from "../config/secrets.ts";
import { Failure } from "./engine/failure.ts";
import { readText } from "./engine/files.ts";
import { pluginOf } from "./engine/plugins.ts";
import type { HostStatus, Project, SandboxKeys, SandboxSecret, ServiceStatus } from "./engine/sandbox.ts";
import {
  administrator,
  healthQuestions,
  oldServices,
  operatorVariables,
  seedFile,
  settingsHere,
  surroundingsOf,
} from "./project-surroundings.ts";

/**
 * Where the sandbox knows the program it runs, with project-surroundings.ts: for another DigitalOcean program, these change.
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
    policyPack: join(root, "policy/pack"),
    providersUsedIn,
    settingsFile,
    seedFile: () => seedFile,
    secretsFor: (environment) => [...secretNames].map((name) => sandboxSecret(name, environment)),
    servicesIn,
    healthQuestions,
    settingsHere,
    surroundingsOf,
    operatorVariables,
    oldServices,
    hostsIn,
    administrator,
    monthlyUsdIn,
  };
}

function settingsFile(environment: string): string {
  return join(root, `Pulumi.${environment}.yaml`);
}

const dnsSchema = z.object({
  config: z.object({ "insightpulse:dns": z.object({ provider: z.string() }) }),
});

/** Cloudflare's only where the zone is there; `command` only has resources where droplets are machines. */
function providersUsedIn(environment: string): string[] {
  return [
    "digitalocean",
    "random",
    "tls",
    ...(dnsProvider(environment) === "cloudflare" ? ["cloudflare"] : []),
  ];
}

function dnsProvider(environment: string): string | undefined {
  const settings = dnsSchema.safeParse(parse(readText(settingsFile(environment)) ?? ""));
  return settings.data?.config["insightpulse:dns"].provider;
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

/** Secrets that must fit something the sandbox has. */
const fitting: Readonly<Record<string, (keys: SandboxKeys, environment: string) => string | undefined>> = {
  dnsChallengeToken: ({ cloudToken, cloudflareToken }, environment) =>
    dnsProvider(environment) === "cloudflare" ? cloudflareToken : cloudToken,
  hostAccessKey: ({ operatorKey }) => operatorKey,
  // The vendor's registry takes a token of the account, and so does the sandbox's.
  registryPullToken: ({ cloudToken }) => cloudToken,
};

/** Random, with a beginning by which a test can search state and logs for it, unless it must fit something. */
function sandboxSecret(name: string, environment: string): SandboxSecret {
  return {
    name,
    makeValue: (keys) => {
      const fits = keys && fitting[name]?.(keys, environment);
      if (fits !== undefined) return fits;
      const value = `sandbox-${randomBytes(12).toString("hex")}`;
      // Slack knows its webhooks by three parts of a path, and the sandbox's Slack does too.
      return name.endsWith("Url") ? `https://hooks.slack.com/services/T0/B0/${value}` : value;
    },
  };
}

const servicesSchema = z.array(z.object({ name: z.string(), url: z.string() }));
const hostsSchema = z.record(
  z.string(),
  z.object({ name: z.string().optional(), address: z.string().nullish() }),
);

/** Whether they are well is not in the outputs: whoever can asks them. */
function servicesIn(outputs: Readonly<Record<string, unknown>>): ServiceStatus[] {
  const services = servicesSchema.safeParse(outputs.services);
  return services.success ? services.data.map(({ name, url }) => ({ name, url, healthy: null })) : [];
}

function hostsIn(outputs: Readonly<Record<string, unknown>>): HostStatus[] {
  const parsed = hostsSchema.safeParse(outputs.hosts);
  return Object.entries(parsed.data ?? {}).map(([key, { name, address }]) => ({
    ...{ key, name: name ?? key, address: address ?? null },
  }));
}

const costSchema = z.object({ totalUsd: z.number() });

function monthlyUsdIn(outputs: Readonly<Record<string, unknown>>): number | undefined {
  return costSchema.safeParse(outputs.monthlyCost).data?.totalUsd;
}
