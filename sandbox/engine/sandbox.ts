import type { CloudKeys } from "./cloud.ts";
import { Failure } from "./failure.ts";
import type { StatePaths } from "./paths.ts";
import type { Plugin } from "./plugins.ts";

/** A secret the program wants, and how to make one up. */
export interface SandboxSecret {
  /** Configuration key, without the project's name before it. */
  readonly name: string;
  makeValue(): string;
}

/** A running service as people look for it. */
export interface ServiceStatus {
  readonly name: string;
  readonly url: string;
  /** Null where nothing runs yet that could answer. */
  readonly healthy: boolean | null;
}

/** A machine as people look for it. */
export interface HostStatus {
  readonly name: string;
  readonly address: string | null;
}

/** All that the sandbox knows of the program it runs. */
export interface Project {
  readonly root: string;
  /** Name in Pulumi.yaml: the first part of every configuration key. */
  readonly name: string;
  readonly environments: readonly string[];
  readonly plugins: readonly Plugin[];
  /** Names of the providers that run resources of this environment, where that is known; otherwise all may. */
  providersUsedIn?(environment: string): readonly string[];
  settingsFile(environment: string): string;
  /** What exists in the account before the first run. */
  seedFile(environment: string): string | undefined;
  secretsFor(environment: string): readonly SandboxSecret[];
  servicesIn(outputs: Readonly<Record<string, unknown>>): ServiceStatus[];
  hostsIn(outputs: Readonly<Record<string, unknown>>): HostStatus[];
  /** USD a month that the outputs speak of; left out for a program that does not know its cost. */
  monthlyUsdIn?(outputs: Readonly<Record<string, unknown>>): number | undefined;
}

/** A resource that was being created when the engine was killed. */
export interface InterruptedCreation {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Something the cloud has and no stack knows, though a stack would create it. */
export interface LostResource extends InterruptedCreation {
  /** By what `pulumi import` finds it; null when it cannot be imported. */
  readonly importId: string | null;
}

/** A machine nobody's state knows. */
export interface Stray {
  readonly id: string;
  readonly name: string;
}

/** What stands for the vendors: named here, so that the engine room can be tested without them. */
export interface Simulation {
  /** Program that is the cloud: takes `--state FOLDER [--seed FILE]` and writes FOLDER/cloud.json when it is ready. */
  readonly cloudProgram: string;
  /** Writes an executable `pulumi-resource-NAME` per stand-in provider into a folder. */
  writeStandIns(folder: string, node: string): unknown;
  /** Removes from the cloud what these creations left there and no stack knows; returns a line on each. */
  removeLeftovers(
    creations: readonly InterruptedCreation[],
    knownIds: ReadonlySet<string>,
    cloud: CloudKeys,
  ): Promise<string[]>;
  /** Of what would be created, that which the cloud has already and no stack knows. */
  findExisting(
    creations: readonly InterruptedCreation[],
    knownIds: ReadonlySet<string>,
    cloud: CloudKeys,
  ): Promise<LostResource[]>;
  /** Type of the resources by whose ids a stack marks what is its own. */
  readonly tagType: string;
  /** Machines with any of these tags. */
  findTagged(tags: readonly string[], cloud: CloudKeys): Promise<Stray[]>;
}

/** One sandbox: which program, what stands for the vendors, and where its state and the shared cache lie. */
export interface Sandbox {
  readonly simulation: Simulation;
  readonly project: Project;
  readonly state: StatePaths;
  readonly cache: string;
}

/** Fails with the environments there are when this is none of them. */
export function requireEnvironment({ environments, settingsFile }: Project, name: string): void {
  if (environments.includes(name)) return;
  throw new Failure(
    `there is no environment "${name}": there are ${environments.join(", ") || "none"}`,
    `name one of those, or write ${settingsFile(name)}`,
  );
}
