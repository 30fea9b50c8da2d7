import type { Fault } from "../fault.ts";
import type { Settings } from "../schema.ts";
import { accelerators } from "./accelerators.ts";
import { administrators } from "./administrators.ts";
import { adoptions } from "./adoptions.ts";
import { appVariables } from "./app-variables.ts";
import { apps } from "./apps.ts";
import { backupHostsExist } from "./backup-hosts.ts";
import { backupRegions } from "./backup-regions.ts";
import { backupSets } from "./backup-sets.ts";
import { budget } from "./budget.ts";
import { database } from "./database.ts";
import { dnsProvidersAreComplete } from "./dns-providers.ts";
import { dnsRecords } from "./dns-records.ts";
import { dnsTtl } from "./dns-ttl.ts";
import { dropletSizes } from "./droplet-sizes.ts";
import { environments } from "./environments.ts";
import { hostMemory } from "./host-memory.ts";
import { images } from "./images.ts";
import { networks } from "./networks.ts";
import { placements } from "./placements.ts";
import { registryTier } from "./registry-tier.ts";
import { rotations } from "./rotations.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { serviceNames } from "./service-names.ts";
import { serviceReferences } from "./service-references.ts";
import { signOn } from "./sign-on.ts";
import { sshAccess } from "./ssh-access.ts";
import { warnings } from "./warnings.ts";

const rules: readonly Rule[] = [
  environments,
  networks,
  dropletSizes,
  accelerators,
  placements,
  hostMemory,
  serviceNames,
  serviceReferences,
  apps,
  appVariables,
  images,
  signOn,
  sshAccess,
  administrators,
  dnsProvidersAreComplete,
  dnsTtl,
  dnsRecords,
  backupRegions,
  registryTier,
  database,
  backupHostsExist,
  backupSets,
  adoptions,
  rotations,
  budget,
];

/** Runs every rule whose sections have parsed, and returns all faults. */
export function findFaults(input: RuleContext & { readonly settings: Partial<Settings> }): Fault[] {
  const { settings, ...context } = input;
  return rules
    .filter(({ needs }) => needs.every((section) => settings[section] !== undefined))
    .flatMap(({ check }) => check(settings as Settings, context));
}

/** What is allowed but should be known, each a full sentence. */
export function findWarnings(input: RuleContext & { readonly settings: Settings }): string[] {
  return warnings.flatMap((warning) => warning(input.settings, input));
}
