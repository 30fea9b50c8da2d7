import type { CloudKeys } from "./cloud.ts";
import type { ObtainOptions } from "./engine.ts";
import { Failure } from "./failure.ts";
import type { StatePaths } from "./paths.ts";
import type { Plugin } from "./plugins.ts";
import type { Report } from "./tool.ts";

/** A secret the program wants, and how to make one up. */
export interface SandboxSecret {
  /** Configuration key, without the project's name before it. */
  readonly name: string;
  makeValue(keys?: SandboxKeys): string;
}

/** What opens things in this sandbox, for secrets that must fit a lock. */
export interface SandboxKeys {
  /** Token of the account. */
  readonly cloudToken: string;
  readonly cloudflareToken: string;
  /** Private half of the key that opens the machines the account holds before the first run; undefined without machines. */
  readonly operatorKey: string | undefined;
}

/** A service, and how it answers when it is well. */
export interface HealthQuestion {
  readonly name: string;
  readonly url: string;
  readonly status: number;
  /** What in the body proves who answered. */
  readonly body?: RegExp | undefined;
}

/** A running service as people look for it. */
export interface ServiceStatus {
  readonly name: string;
  readonly url: string;
  /** Null where nothing runs that could answer. */
  readonly healthy: boolean | null;
  /** What is wrong with a service that is not well. */
  readonly reason?: string | undefined;
}

/** What an environment expects of the world beside the cloud. */
export interface Surroundings {
  /** Images that its hosts ask for, and the stand-in that is played under each name, or the program that is built for it. */
  readonly images: readonly { readonly reference: string; readonly plays: string }[];
  readonly databases: readonly {
    readonly projectRef: string;
    readonly poolerHost: string;
    /** Name of the secret that opens it for its owner. */
    readonly ownerSecret: string;
  }[];
  /** Apps of App Platform, the stand-in that plays each, and every image by its tag under which that is given out too. */
  readonly apps: readonly {
    readonly app: string;
    readonly plays: string;
    readonly images: readonly string[];
  }[];
  /** Git repositories that hosts will clone, by the address they ask for. */
  readonly repositories: readonly { readonly url: string; readonly folder: string }[];
  /** OAuth clients that its owner has made at Google, by the secrets that hold them, and who can sign in there. */
  readonly google: {
    readonly clients: readonly {
      readonly idSecret: string;
      readonly secretSecret?: string;
      readonly redirectUris: readonly string[];
    }[];
    readonly accounts: readonly {
      readonly email: string;
      readonly name: string;
      readonly verified: boolean;
      readonly hostedDomain?: string;
    }[];
  };
  readonly mailNames: readonly string[];
  /** Whose name servers the domain is registered with. */
  readonly registered: "digitalocean" | "cloudflare";
}

/** What droplets are here: machines, or records and why no more than that. */
export type Droplets =
  | { readonly areMachines: true }
  | { readonly areMachines: false; readonly because: string };

/** One setting of the sandbox's own, by its path in the settings file. */
export interface SettingHere {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** What ran on a droplet of the account before the program came, in a form of its own. */
export interface OldService {
  readonly name: string;
  /** Id of the droplet. */
  readonly droplet: number;
  /** Image that plays it, where it ran in a container. */
  readonly image: string;
  /** The name it answers by; left out for what no service of the program goes on with. */
  readonly hostName?: string;
}

/** A machine as people look for it. */
export interface HostStatus {
  /** Its short name in the settings. */
  readonly key: string;
  readonly name: string;
  readonly address: string | null;
  /** Null where droplets are records. */
  readonly machine?: string | null;
}

/** All that the sandbox knows of the program it runs. */
export interface Project {
  readonly root: string;
  /** Name in Pulumi.yaml: the first part of every configuration key. */
  readonly name: string;
  readonly environments: readonly string[];
  readonly plugins: readonly Plugin[];
  /** Executable that judges every preview and update; left out for a program without rules. */
  readonly policyPack?: string;
  /** Names of the providers that run resources of this environment where droplets are records; otherwise all may. */
  providersUsedIn?(environment: string): readonly string[];
  settingsFile(environment: string): string;
  /** What exists in the account before the first run. */
  seedFile(environment: string): string | undefined;
  secretsFor(environment: string): readonly SandboxSecret[];
  servicesIn(outputs: Readonly<Record<string, unknown>>): ServiceStatus[];
  /** How every service of an environment answers when it is well, by its own settings. */
  healthQuestions(environment: string, state: StatePaths): HealthQuestion[];
  /** What differs in here from the environment's own settings, and must. */
  settingsHere(environment: string, droplets: Droplets, state: StatePaths): Promise<SettingHere[]>;
  surroundingsOf(environment: string, state: StatePaths): Surroundings;
  /** What commands of the program's own, beside the engine, read from their surroundings in here. */
  operatorVariables(state: StatePaths): Readonly<Record<string, string>>;
  /** What ran on the account's droplets before; nothing where nobody knows. */
  oldServices(environment: string): OldService[];
  hostsIn(outputs: Readonly<Record<string, unknown>>): HostStatus[];
  /** The user that administers hosts, by the sandbox's own key. */
  readonly administrator: string;
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
  readonly world: World;
}

/** One step that people see: a line while it runs, and what came of it. */
export interface Stage {
  readonly title: string;
  run(report: Report, note: Report): Promise<string>;
}

/** Machines, and what they meet under the world's names. */
export interface World {
  /** Why no machine can boot here, as half a sentence; undefined where machines can. */
  obstacle(): Promise<string | undefined>;
  /** What droplets are in this sandbox, by what was chosen and by what can be here. */
  droplets(sandbox: Sandbox, choice: MachineChoice): Promise<Droplets>;
  /** Obtains what takes minutes the first time. */
  obtaining(options: (report: Report, note: Report) => ObtainOptions): Stage[];
  /** Makes ready what the cloud's program needs for machines, and returns words to start it with. */
  cloudWords(sandbox: Sandbox): Promise<string[]>;
  /** Private half of the key that opens the machines the account holds before the first run. */
  operatorKey(sandbox: Sandbox): string;
  /**
   * Sees to it that hosts will get images of this kind, fetched first where they are the real ones, and says what came of
   * it. Without a choice they stay what they were.
   */
  images(sandbox: Sandbox, choice: ImageChoice | undefined, report: Report): Promise<string>;
  /** Has another PostgreSQL run the databases, on the data they have, as a vendor does at night. */
  databaseServer(sandbox: Sandbox, choice: DatabaseServerChoice, report: Report): Promise<string>;
  /** Has the world answer in the sandbox's network, and returns what came of it. */
  open(sandbox: Sandbox): Promise<string>;
  /** Folder of a `pulumi` that runs the engine in the sandbox's network. */
  engineInside(sandbox: Sandbox, engineFolder: string): string;
  /** Has the program leave the old services alone until they are moved. */
  awaitMoves(sandbox: Sandbox, environment: string, services: readonly OldService[]): void;
  /** Puts them onto their machines, and returns what came of it. */
  installOldSoftware(
    sandbox: Sandbox,
    services: readonly OldService[],
    report: Report,
    note: Report,
  ): Promise<string>;
  /** How services answer to somebody in the sandbox's network; each is asked until it is well or the time is over. */
  ask(
    sandbox: Pick<Sandbox, "state">,
    questions: readonly HealthQuestion[],
    waitMs: number,
  ): Promise<Record<string, { healthy: boolean; reason?: string | undefined }>>;
  /** Whether machines and their world are there. */
  isOpen(sandbox: Pick<Sandbox, "state">): boolean;
  /** Ends everything of it, machines and network included; says how many processes and machines that were. */
  close(sandbox: Pick<Sandbox, "state">): Promise<number>;
}

/** Whether droplets are to be machines: where they can be, not at all, or else the run fails. */
export const machineChoices = ["auto", "off", "required"] as const;

export type MachineChoice = (typeof machineChoices)[number];

/** Which images hosts get: small programs that play the services, or the real ones, fetched from where they are. */
export const imageChoices = ["stand-in", "real"] as const;

export type ImageChoice = (typeof imageChoices)[number];

/** Which PostgreSQL runs the databases: the one they began with, or one of an older minor version. */
export const databaseServerChoices = ["own", "older"] as const;

export type DatabaseServerChoice = (typeof databaseServerChoices)[number];

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
