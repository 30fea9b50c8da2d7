import { z } from "zod";
import type { Configuration } from "../../../config/configuration.ts";
import { secretInventory } from "../../../config/derive/secret-inventory.ts";
import { cloudDriftOf } from "../../cloud/drift.ts";
import { Failure } from "../../failure.ts";
import { askServices } from "../../health/ask.ts";
import { driftOf } from "../../hosts/drift.ts";
import { type ConvergedHost, convergedHosts } from "../../hosts/stack.ts";
import { plainConfiguration } from "../../plain-configuration.ts";
import { ageOf, type Made } from "../../secrets/ages.ts";
import { type StackResource, stackResources } from "../../stack/resources.ts";
import { openSettings } from "../../stack/settings.ts";
import { locksOf } from "../../state/lock.ts";
import type { Asked, ExaminedHost, Gathered } from "../gathered.ts";
import { hostFacts } from "./host-facts.ts";
import { lookAtKits } from "./kits.ts";
import { askNames, expectedRecords, resolversOf } from "./names.ts";
import { askPorts, portsToAsk } from "./ports.ts";
import { askRedirects } from "./redirects.ts";
import { lookAtCertificates } from "./served.ts";

/** How an environment is looked at. */
export interface Examination {
  readonly environment: string;
  /** Addresses of resolvers, beside the zone's own servers and what this computer asks. */
  readonly resolvers: readonly string[];
  /** File in which hosts are remembered, instead of the operator's own. */
  readonly knownHosts?: string | undefined;
}

/** Looks at everything, from outside and from inside. Nothing is changed anywhere. */
export async function gather({ environment, resolvers, knownHosts }: Examination): Promise<Gathered> {
  const config = plainConfiguration(environment);
  // Before the engine is asked about the cloud, which locks the stack itself.
  const locks = await asked(async () => (await locksOf(environment)).list());
  const state = await asked(() => stackResources(environment));
  const resources = "answer" in state ? state.answer : [];
  const known = config.convergeHosts ? await asked(() => convergedHosts(environment)) : { answer: [] };
  const hosts = "answer" in known ? known.answer : [];
  const [examined, names, served, services, cloud, redirects] = await Promise.all([
    Promise.all(hosts.map((host) => examine(host, config, knownHosts))),
    namesOf(config, hosts, resources, resolvers),
    lookAtCertificates(config),
    // What is somebody else's is not ours to mend.
    askServices(
      config.resolvedServices.filter(({ kind }) => kind !== "external"),
      0,
    ),
    asked(() => cloudDriftOf(environment)),
    asked(async () => askRedirects(config, (await openSettings(environment)).secret)),
  ]);
  // Alone: opening one is seconds of nothing but computing, after which answers that had come long ago are taken for late.
  const kits = await asked(() => lookAtKits(config));
  const now = Date.now();
  return {
    ...{ config, hosts: examined, names, served, services, cloud, locks, redirects, kits, now },
    state: "unasked" in known ? known : state,
    secrets: agesOf(config, resources, now),
  };
}

async function examine(
  host: ConvergedHost,
  config: Configuration,
  knownHosts: string | undefined,
): Promise<ExaminedHost> {
  const { key, address, urn, bundle } = host;
  const [facts, drift, ports] = await Promise.all([
    asked(async () => hostFacts(host, knownHosts)).then(flat),
    driftOf(host, knownHosts),
    askPorts(address, portsToAsk(config.resolvedServices)),
  ]);
  return {
    ...{ key, address, urn, facts, ports, declared: declaredIn(bundle) },
    drift:
      drift.differences === null
        ? { unasked: drift.reason ?? "nobody knows" }
        : { answer: drift.differences },
  };
}

const bundleSchema = z.object({
  units: z.array(z.object({ name: z.string(), enabled: z.boolean() })),
  files: z.array(z.object({ path: z.string() })),
  firewall: z.object({ sshFrom: z.array(z.string()), open: z.array(z.int()) }),
});

function declaredIn(bundle: unknown): ExaminedHost["declared"] {
  const { units, files, firewall } = bundleSchema.parse(bundle);
  return { units, files: files.map(({ path }) => path), firewall };
}

async function namesOf(
  config: Configuration,
  hosts: readonly ConvergedHost[],
  resources: readonly StackResource[],
  others: readonly string[],
) {
  const ingress = z.object({ defaultIngress: z.string() });
  const apps = resources.flatMap(({ name, outputs }) => {
    const service = /^app-(?<service>.+)-app$/.exec(name)?.groups?.service;
    const found = ingress.safeParse(outputs);
    return service === undefined || !found.success
      ? []
      : [[service, new URL(found.data.defaultIngress).hostname] as const];
  });
  const addresses = Object.fromEntries(hosts.map(({ key, address }) => [key, address]));
  const records = expectedRecords(config, { addresses, apps: Object.fromEntries(apps) });
  return askNames(records, await resolversOf(config.domain, others));
}

function agesOf(config: Configuration, resources: readonly StackResource[], now: number) {
  const made: Made = Object.fromEntries(
    resources.flatMap(({ name, created }) => (created === undefined ? [] : [[name, created] as const])),
  );
  return secretInventory(config).map((row) => ({
    name: row.name,
    age: ageOf(row, config.secrets, made, new Date(now)),
  }));
}

/** An answer, or the reason of a failure that has words; a fault of ours is none. */
async function asked<Answer>(work: () => Promise<Answer>): Promise<Asked<Answer>> {
  try {
    return { answer: await work() };
  } catch (error) {
    if (error instanceof Failure) return { unasked: error.message };
    throw error;
  }
}

function flat<Answer>(answer: Asked<Asked<Answer>>): Asked<Answer> {
  return "answer" in answer ? answer.answer : answer;
}
